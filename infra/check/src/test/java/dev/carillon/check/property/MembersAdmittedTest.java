package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.CID;
import static dev.carillon.check.property.Story.body;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersAdmittedTest {
  @Test
  void findsAMemberThatIsRefused() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(ANN, joined(2, 1));
    story.refused(story.sends(CID, "m1", body("m1"), 0));

    assertThat(story.judgedBy(MembersAdmitted::check))
        .singleElement()
        .asString()
        .contains("stranger");
  }

  @Test
  void acceptsThatAStrangerIsRefused() {
    Story story = new Story();
    story.refused(story.sends(CID, "m1", body("m1"), 0));
    story.changed(story.adds("cid"), 2).handed(ANN, joined(2, 1));

    assertThat(story.judgedBy(MembersAdmitted::check)).isEmpty();
  }

  @Test
  void saysNothingWhileAChangeGoesOn() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(ANN, joined(2, 1));
    long send = story.sends(CID, "m1", body("m1"), 0);
    long removal = story.removes("cid");
    story.refused(send).changed(removal, 3);
    story.handed(ANN, notice(3, 2, List.of(), List.of("cid")));

    assertThat(story.judgedBy(MembersAdmitted::check)).isEmpty();
  }

  @Test
  void findsAMemberOfTheSecondPeriodThatIsRefusedForTheFirst() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(ANN, joined(2, 1));
    story.changed(story.removes("cid"), 3);
    story.handed(ANN, notice(3, 2, List.of(), List.of("cid")));
    story.changed(story.adds("cid"), 4).handed(ANN, joined(4, 3));
    story.refused(story.sends(CID, "m1", body("m1"), 0));

    assertThat(story.judgedBy(MembersAdmitted::check)).hasSize(1);
  }

  private static Fact joined(long seq, long prevSeq) {
    return notice(seq, prevSeq, List.of("cid"), List.of());
  }
}
