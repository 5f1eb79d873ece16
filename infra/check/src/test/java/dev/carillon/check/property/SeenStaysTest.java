package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenStaysTest {
  @Test
  void acceptsAnUnknownSendThatIsIn() {
    Story story = new Story();
    story.unknown(story.sends("m1")).handed(BOB, fact("m1", 1, 0)).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(SeenStays::check)).isEmpty();
  }

  @Test
  void acceptsAnUnknownSendThatIsOut() {
    Story story = new Story();
    story.unknown(story.sends("m1")).ends();

    assertThat(story.judgedBy(SeenStays::check)).isEmpty();
  }

  @Test
  void findsAMessageThatWasSeenAndIsGone() {
    Story story = new Story();
    story.unknown(story.sends("m1")).handed(BOB, fact("m1", 1, 0)).ends();

    assertThat(story.judgedBy(SeenStays::check)).hasSize(2).allMatch(what -> what.contains("m1"));
  }

  @Test
  void findsAMessageThatWasDeliveredAndIsGone() {
    Story story = new Story().delivered(BOB, 1, fact("m1", 1, 0)).ends();

    assertThat(story.judgedBy(SeenStays::check)).hasSize(2);
  }

  @Test
  void doesNotAskAFormerMemberForWhatCameLater() {
    Fact left = notice(1, 0, List.of(), List.of("bob"));
    Story story = new Story();
    story.changed(story.removes("bob"), 1).delivered(ANN, 1, left, fact("m2", 2, 1));
    story.read(ANN, story.now() + 1, true, left, fact("m2", 2, 1));
    story.read(BOB, story.now() + 1, true, left);

    assertThat(story.judgedBy(SeenStays::check)).isEmpty();
  }
}
