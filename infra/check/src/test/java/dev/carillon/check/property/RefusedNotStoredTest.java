package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import org.junit.jupiter.api.Test;

class RefusedNotStoredTest {
  @Test
  void acceptsThatNothingIsSeenOfIt() {
    Story story = new Story();
    story.refused(story.sends("m1")).ends();

    assertThat(story.judgedBy(RefusedNotStored::check)).isEmpty();
  }

  @Test
  void findsARefusedMessageThatWasStored() {
    Story story = new Story();
    story.refused(story.sends("m1")).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(RefusedNotStored::check))
        .singleElement()
        .asString()
        .contains("was refused");
  }

  @Test
  void findsTheBodyOfARefusedReuseOfAnId() {
    Story story = new Story().sent("m1", 1, 0);
    story
        .refused(story.sends(ANN, "m1", 77, 0))
        .ends(new Fact(Story.CHAT, 1, 0, "ann", "m1", 77, null));

    assertThat(story.judgedBy(RefusedNotStored::check)).hasSize(1);
  }

  @Test
  void acceptsTheFirstBodyOfAnIdWhoseReuseWasRefused() {
    Story story = new Story().sent("m1", 1, 0);
    story.refused(story.sends(ANN, "m1", 77, 0)).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(RefusedNotStored::check)).isEmpty();
  }

  @Test
  void acceptsWhatAnUnknownAttemptMayHaveStored() {
    Story story = new Story();
    story.unknown(story.sends("m1")).refused(story.sends("m1")).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(RefusedNotStored::check)).isEmpty();
  }
}
