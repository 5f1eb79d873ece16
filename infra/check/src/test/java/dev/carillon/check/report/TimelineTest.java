package dev.carillon.check.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carillon.check.report.Timeline.Second;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final Timeline timeline = Timeline.of(Samples.history());

  @Test
  void countsAcknowledgementsInTheirSecond() {
    assertThat(timeline.seconds().stream().map(Second::acknowledged))
        .containsExactly(10L, 10L, 10L, 10L, 10L, 0L, 20L, 10L, 10L, 10L, 0L, 0L, 0L);
  }

  @Test
  void knowsWhenNothingWasDueAnyMore() {
    assertThat(timeline.seconds().stream().map(Second::due))
        .containsExactly(10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 1L, 0L, 0L);
    assertThat(timeline.loadEnd()).isEqualTo(11);
  }

  @Test
  void latenciesBelongToTheSecondInWhichTheMessageWasDue() {
    assertThat(timeline.seconds().get(4).latencies().p99()).isCloseTo(2, within(0.1));
    assertThat(timeline.seconds().get(5).latencies().max()).isCloseTo(1_000, within(10.0));
    assertThat(timeline.seconds().get(6).latencies().p99()).isCloseTo(2, within(0.1));
  }

  @Test
  void countsWhoWaitsAtTheEndOfEachSecond() {
    assertThat(timeline.seconds().stream().map(Second::waiting))
        .containsExactly(0L, 0L, 0L, 0L, 0L, 10L, 0L, 0L, 0L, 0L, 1L, 1L, 0L);
  }

  @Test
  void sumsUpTheWholeRun() {
    assertThat(timeline.acknowledged().count()).isEqualTo(100);
    assertThat(timeline.delivered().count()).isEqualTo(100);
    assertThat(timeline.acknowledged().max()).isCloseTo(1_000, within(10.0));
  }
}
