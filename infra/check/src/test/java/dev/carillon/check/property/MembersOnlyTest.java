package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.CID;
import static dev.carillon.check.property.Story.fact;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersOnlyTest {
  private static final Fact JOINED = notice(2, 1, List.of("cid"), List.of());
  private static final Fact LEFT = notice(3, 2, List.of(), List.of("cid"));

  @Test
  void acceptsWhatIsSaidFromJoiningToLeaving() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(CID, JOINED);
    story.changed(story.removes("cid"), 3).handed(CID, LEFT);

    assertThat(story.judgedBy(MembersOnly::check)).isEmpty();
  }

  @Test
  void findsAStrangerThatIsShownSomething() {
    Story story = new Story().sent("m1", 1, 0).read(CID, fact("m1", 1, 0));

    assertThat(story.judgedBy(MembersOnly::check))
        .singleElement()
        .asString()
        .contains("not for cid");
  }

  @Test
  void findsANewcomerThatIsShownThePast() {
    Story story = new Story().sent("m1", 1, 0);
    story.changed(story.adds("cid"), 2).read(CID, fact("m1", 1, 0), JOINED);

    assertThat(story.judgedBy(MembersOnly::check)).singleElement().asString().contains("seq 1 ");
  }

  @Test
  void acceptsThePastWhereTheGroupShowsIt() {
    Story story = new Story().withWholeHistory().sent("m1", 1, 0);
    story.changed(story.adds("cid"), 2).read(CID, fact("m1", 1, 0), JOINED);

    assertThat(story.judgedBy(MembersOnly::check)).isEmpty();
  }

  @Test
  void findsARemovedMemberThatStillGetsMessages() {
    Story story = joinedAndLeft().sent("m4", 4, 3).delivered(CID, 1, fact("m4", 4, 3));

    assertThat(story.judgedBy(MembersOnly::check)).singleElement().asString().contains("seq 4 ");
  }

  @Test
  void findsAPastShownBeforeTheSecondJoining() {
    Story story = joinedAndLeft().withWholeHistory().sent("m4", 4, 3).read(CID, fact("m4", 4, 3));
    story.changed(story.adds("cid"), 5).handed(CID, notice(5, 4, List.of("cid"), List.of()));

    assertThat(story.judgedBy(MembersOnly::check)).singleElement().asString().contains("seq 4 ");
  }

  @Test
  void acceptsWhatWasReadInAnEarlierPeriod() {
    Story story = joinedAndLeft();
    story.changed(story.adds("cid"), 4).handed(CID, notice(4, 3, List.of("cid"), List.of()));
    story.read(CID, LEFT);

    assertThat(story.judgedBy(MembersOnly::check)).isEmpty();
  }

  @Test
  void findsAMessageOfSomebodyWhoWasNoMember() {
    Fact said = new Fact(Story.CHAT, 4, 3, "cid", "m4", 1, null);
    Story story = joinedAndLeft().handed(ANN, said);

    assertThat(story.judgedBy(MembersOnly::check)).singleElement().asString().contains("no member");
  }

  @Test
  void acceptsAMessageSaidJustBeforeLeaving() {
    Fact said = new Fact(Story.CHAT, 3, 2, "cid", "m3", 1, null);
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(BOB, JOINED, said);
    story.changed(story.removes("cid"), 4).handed(BOB, notice(4, 3, List.of(), List.of("cid")));

    assertThat(story.judgedBy(MembersOnly::check)).isEmpty();
  }

  private static Story joinedAndLeft() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(BOB, JOINED);
    return story.changed(story.removes("cid"), 3).handed(BOB, LEFT);
  }
}
