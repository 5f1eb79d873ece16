package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveredEverywhereTest {
  private final Property property = new DeliveredEverywhere();

  @Test
  void acceptsADeviceThatHoldsAll() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0)).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).isEmpty();
  }

  @Test
  void findsALostTail() {
    Story story =
        new Story()
            .sent("m1", 1, 0)
            .sent("m2", 2, 1)
            .handed(BOB, fact("m1", 1, 0))
            .ends(fact("m1", 1, 0), fact("m2", 2, 1));

    assertThat(story.judgedBy(property)).singleElement().asString().contains("seq 2");
  }

  @Test
  void findsAnUnacknowledgedMessageThatOnlyHistoryHas() {
    Story story = new Story();
    story.unknown(story.sends("m1")).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).hasSize(1);
  }

  @Test
  void findsAConversationThatNobodyCouldRead() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).singleElement().asString().contains("nobody could read");
  }
}
