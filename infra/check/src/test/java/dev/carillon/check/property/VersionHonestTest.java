package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.ANN_TABLET;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionHonestTest {
  private final Property property = new VersionHonest();

  @Test
  void acceptsADeviceThatHoldsWhatTheSyncShowed() {
    Story story = new Story().synced(BOB, 0, 5, 1).handed(BOB, fact("m1", 1, 0)).complete(BOB, 5);

    assertThat(story.judgedBy(property)).isEmpty();
  }

  @Test
  void findsAVersionThatHidAMessage() {
    Story story = new Story().complete(BOB, 5).synced(BOB, 0, 5, 1);

    assertThat(story.judgedBy(property)).singleElement().asString().contains("holds seq 0");
  }

  @Test
  void findsWhatAnotherDeviceOfTheUserWasShown() {
    Story story = new Story().synced(ANN, 0, 5, 1).complete(ANN_TABLET, 6);

    assertThat(story.judgedBy(property)).singleElement().asString().contains("ann/tablet");
  }

  @Test
  void acceptsADeviceThatIsBehindAndKnowsIt() {
    Story story = new Story().synced(ANN, 0, 5, 1).complete(ANN_TABLET, 4);

    assertThat(story.judgedBy(property)).isEmpty();
  }
}
