package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.ANN_TABLET;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadYourWritesTest {
  @Test
  void acceptsAReadWithEverythingAcknowledged() {
    Story story = new Story().sent("m1", 1, 0).read(ANN_TABLET, fact("m1", 1, 0));

    assertThat(story.judgedBy(ReadYourWrites::check)).isEmpty();
  }

  @Test
  void findsAReadOnAnotherDeviceWithoutIt() {
    Story story = new Story().sent("m1", 1, 0).read(ANN_TABLET);

    assertThat(story.judgedBy(ReadYourWrites::check))
        .singleElement()
        .asString()
        .contains("ann/tablet");
  }

  @Test
  void acceptsAReadThatWasAskedForBeforeTheAcknowledgement() {
    Story story = new Story();
    long op = story.sends("m1");
    long asked = story.now();
    story.stored(op, 1, 0).read(ANN, asked, false);

    assertThat(story.judgedBy(ReadYourWrites::check)).isEmpty();
  }

  @Test
  void saysNothingOfOtherPeoplesReads() {
    Story story = new Story().sent("m1", 1, 0).read(BOB);

    assertThat(story.judgedBy(ReadYourWrites::check)).isEmpty();
  }
}
