package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceOrderTest {
  @Test
  void acceptsGrowingNumbersWithJumps() {
    Story story = new Story().handed(BOB, fact("m1", 1, 0), fact("m2", 5, 1));

    assertThat(story.judgedBy(DeviceOrder::check)).isEmpty();
  }

  @Test
  void findsAnOlderMessageAfterANewerOne() {
    Story story = new Story().handed(BOB, fact("m2", 2, 1), fact("m1", 1, 0));

    assertThat(story.judgedBy(DeviceOrder::check))
        .singleElement()
        .asString()
        .contains("after seq 2");
  }

  @Test
  void findsSwappedDeliveriesOnOneConnection() {
    Story story = new Story().delivered(BOB, 7, fact("m2", 2, 1), fact("m1", 1, 0));

    assertThat(story.judgedBy(DeviceOrder::check))
        .singleElement()
        .asString()
        .contains("on the wire");
  }

  @Test
  void acceptsThatAConnectionRepeatsWhatItBrought() {
    Story story =
        new Story()
            .delivered(BOB, 7, fact("m1", 1, 0), fact("m2", 2, 1))
            .delivered(BOB, 7, fact("m1", 1, 0), fact("m2", 2, 1), fact("m3", 3, 2));

    assertThat(story.judgedBy(DeviceOrder::check)).isEmpty();
  }

  @Test
  void acceptsThatAConnectionBringsWhatTheDeviceHoldsAlready() {
    Story story =
        new Story()
            .handed(BOB, fact("m1", 1, 0), fact("m2", 2, 1))
            .delivered(BOB, 7, fact("m3", 3, 2), fact("m1", 1, 0), fact("m2", 2, 1));

    assertThat(story.judgedBy(DeviceOrder::check)).isEmpty();
  }

  @Test
  void acceptsThatANewConnectionBeginsAnywhere() {
    Story story =
        new Story().delivered(BOB, 7, fact("m2", 2, 1)).delivered(BOB, 8, fact("m1", 1, 0));

    assertThat(story.judgedBy(DeviceOrder::check)).isEmpty();
  }
}
