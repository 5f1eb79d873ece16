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

class NoLossTest {
  @Test
  void acceptsWhatIsWhereTheAcknowledgementSaid() {
    Story story = new Story().sent("m1", 1, 0).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(NoLoss::check)).isEmpty();
  }

  @Test
  void findsAnAcknowledgedMessageThatIsNotThere() {
    Story story = new Story().sent("m1", 1, 0).sent("m2", 2, 1).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(NoLoss::check)).hasSize(2).allMatch(what -> what.contains("m2"));
  }

  @Test
  void findsAMessageInThePlaceOfAnother() {
    Story story = new Story().sent("m1", 1, 0).ends(fact("m2", 1, 0));

    assertThat(story.judgedBy(NoLoss::check)).hasSize(2).allMatch(what -> what.contains("m2"));
  }

  @Test
  void findsWhatOneMemberAloneCannotRead() {
    Story story = new Story().sent("m1", 1, 0);
    story.read(ANN, story.now() + 1, true, fact("m1", 1, 0)).read(BOB, story.now() + 1, true);

    assertThat(story.judgedBy(NoLoss::check)).singleElement().asString().contains("bob/phone");
  }

  @Test
  void saysNothingOfWhatWasNeverAcknowledged() {
    Story story = new Story();
    story.unknown(story.sends("m1")).ends();

    assertThat(story.judgedBy(NoLoss::check)).isEmpty();
  }

  @Test
  void asksAFormerMemberForWhatWasSaidUntilItLeftOnly() {
    Fact joined = notice(2, 1, List.of("cid"), List.of());
    Fact left = notice(3, 2, List.of(), List.of("cid"));
    Story story = new Story().sent("m1", 1, 0);
    story.changed(story.adds("cid"), 2).changed(story.removes("cid"), 3).sent("m4", 4, 3);
    story.ends(fact("m1", 1, 0), joined, left, fact("m4", 4, 3));
    story.read(CID, story.now() + 1, true, joined, left);

    assertThat(story.judgedBy(NoLoss::check)).isEmpty();
  }

  @Test
  void findsAnAcknowledgedChangeWithoutNotice() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).ends();

    assertThat(story.judgedBy(NoLoss::check))
        .hasSize(2)
        .allMatch(what -> what.contains("a change"));
  }
}
