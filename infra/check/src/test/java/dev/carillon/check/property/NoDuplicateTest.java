package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN_TABLET;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoDuplicateTest {
  @Test
  void acceptsARepeatThatHasTheSamePlace() {
    Story story = new Story().sent("m1", 1, 0).sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));

    assertThat(story.judgedBy(NoDuplicate::check)).isEmpty();
  }

  @Test
  void findsTwoPlacesOfOneMessageInAcknowledgements() {
    Story story = new Story().sent("m1", 1, 0).sent("m1", 2, 1);

    assertThat(story.judgedBy(NoDuplicate::check)).singleElement().asString().contains("[1, 2]");
  }

  @Test
  void findsTwoPlacesOfOneMessageInHistory() {
    Story story = new Story().sent("m1", 1, 0).ends(fact("m1", 1, 0), fact("m1", 2, 1));

    assertThat(story.judgedBy(NoDuplicate::check)).singleElement().asString().contains("[1, 2]");
  }

  @Test
  void findsAMessageHandedTwice() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0), fact("m1", 1, 0));

    assertThat(story.judgedBy(NoDuplicate::check)).singleElement().asString().contains("again");
  }

  @Test
  void acceptsThatEachDeviceIsHandedItOnce() {
    Story story =
        new Story()
            .sent("m1", 1, 0)
            .handed(BOB, fact("m1", 1, 0))
            .handed(ANN_TABLET, fact("m1", 1, 0));

    assertThat(story.judgedBy(NoDuplicate::check)).isEmpty();
  }

  @Test
  void acceptsThatTheWireRepeats() {
    Story story =
        new Story().sent("m1", 1, 0).delivered(BOB, 1, fact("m1", 1, 0), fact("m1", 1, 0));

    assertThat(story.judgedBy(NoDuplicate::check)).isEmpty();
  }
}
