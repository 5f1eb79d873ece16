package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SenderOrderTest {
  @Test
  void acceptsAcknowledgedSendsInTheirOrder() {
    Story story = new Story().sent("m1", 1, 0).sent("m2", 2, 1);

    assertThat(story.judgedBy(SenderOrder::check)).isEmpty();
  }

  @Test
  void findsALaterSendBeforeAnAcknowledgedOne() {
    Story story = new Story().sent("m1", 2, 1).sent("m2", 1, 0);

    assertThat(story.judgedBy(SenderOrder::check)).singleElement().asString().contains("before");
  }

  @Test
  void acceptsAnyOrderOfSendsThatOverlap() {
    Story story = new Story();
    long first = story.sends("m1");
    long second = story.sends("m2");
    story.stored(first, 2, 1).stored(second, 1, 0);

    assertThat(story.judgedBy(SenderOrder::check)).isEmpty();
  }

  @Test
  void judgesEachDeviceByItself() {
    Story story = new Story().sent("m1", 2, 1);
    story.stored(story.sends(BOB, "m2", 0, 0), 1, 0);

    assertThat(story.judgedBy(SenderOrder::check)).isEmpty();
  }
}
