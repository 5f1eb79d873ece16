package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceGrowsTest {
  @Test
  void acceptsNumbersThatGrowAndJump() {
    Story story = new Story().sent("m1", 1, 0).sent("m2", 100, 1);

    assertThat(story.judgedBy(SequenceGrows::check)).isEmpty();
  }

  @Test
  void findsANumberThatDecreasesFromOneSenderToAnother() {
    Story story = new Story().sent("m1", 2, 1);
    story.stored(story.sends(BOB, "m2", 0, 0), 1, 0);

    assertThat(story.judgedBy(SequenceGrows::check))
        .singleElement()
        .asString()
        .contains("got seq 1");
  }

  @Test
  void findsANumberThatRepeats() {
    Story story = new Story().sent("m1", 1, 0).sent("m2", 1, 0);

    assertThat(story.judgedBy(SequenceGrows::check)).hasSize(1);
  }

  @Test
  void findsAMessageThatDoesNotComeAfterTheOneItNames() {
    assertThat(new Story().sent("m1", 4, 4).judgedBy(SequenceGrows::check)).hasSize(1);
    assertThat(new Story().sent("m1", 0, -1).judgedBy(SequenceGrows::check)).hasSize(1);
  }

  @Test
  void acceptsARepeatWhoseFirstAttemptBeganEarlier() {
    Story story = new Story();
    story.unknown(story.sends("m1")).sent("m2", 2, 1).sent("m1", 1, 0);

    assertThat(story.judgedBy(SequenceGrows::check)).isEmpty();
  }
}
