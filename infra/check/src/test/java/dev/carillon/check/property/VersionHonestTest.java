package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.ANN_TABLET;
import static dev.carillon.check.property.Story.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionHonestTest {
  @Test
  void acceptsASyncThatReturnsWhatIsKnown() {
    Story story = new Story().synced(ANN, 0, 5, 1).synced(ANN_TABLET, 4, 5, 1);

    assertThat(story.judgedBy(VersionHonest::check)).isEmpty();
  }

  @Test
  void findsASyncThatLeavesOutWhatAnotherDeviceSaw() {
    Story story = new Story().synced(ANN, 0, 5, 1).synced(ANN_TABLET, 0, 5, 0);

    assertThat(story.judgedBy(VersionHonest::check))
        .singleElement()
        .asString()
        .contains("ann/tablet", "had seen change at 5");
  }

  @Test
  void acceptsASyncFromTheVersionOrAboveIt() {
    Story story = new Story().synced(ANN, 0, 5, 1).synced(ANN_TABLET, 5, 6, 0);

    assertThat(story.judgedBy(VersionHonest::check)).isEmpty();
  }

  @Test
  void acceptsAThreadThatLeftTheRangeForANewerVersion() {
    Story story =
        new Story().synced(ANN, 0, 5, 1).synced(ANN_TABLET, 0, 5, 0).synced(ANN_TABLET, 5, 6, 2);

    assertThat(story.judgedBy(VersionHonest::check)).isEmpty();
  }

  @Test
  void judgesEachUserByItself() {
    Story story = new Story().synced(ANN, 0, 5, 1).synced(BOB, 0, 5, 0);

    assertThat(story.judgedBy(VersionHonest::check)).isEmpty();
  }
}
