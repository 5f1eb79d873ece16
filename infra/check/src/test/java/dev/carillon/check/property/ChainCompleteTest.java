package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChainCompleteTest {
  private final Property property = new ChainComplete();

  @Test
  void acceptsAChainWithJumps() {
    Story story =
        new Story()
            .handed(BOB, fact("m1", 1, 0), fact("m2", 9, 1))
            .ends(fact("m1", 1, 0), fact("m2", 9, 1));

    assertThat(story.judgedBy(property)).isEmpty();
  }

  @Test
  void findsAHoleAtTheDevice() {
    Story story = new Story().handed(BOB, fact("m1", 1, 0), fact("m3", 3, 2));

    assertThat(story.judgedBy(property)).singleElement().asString().contains("expected: 2");
  }

  @Test
  void findsAMissingBeginning() {
    Story story = new Story().handed(BOB, fact("m2", 2, 1));

    assertThat(story.judgedBy(property)).hasSize(1);
  }

  @Test
  void findsAHoleInHistory() {
    Story story = new Story().ends(fact("m1", 1, 0), fact("m3", 3, 2));

    assertThat(story.judgedBy(property)).hasSize(2).allMatch(what -> what.contains("after 2"));
  }

  @Test
  void findsALinkThatPointsTooFarBack() {
    Story story = new Story().ends(fact("m1", 1, 0), fact("m2", 2, 1), fact("m3", 3, 1));

    assertThat(story.judgedBy(property)).hasSize(2);
  }
}
