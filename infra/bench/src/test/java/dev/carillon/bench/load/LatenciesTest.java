package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carillon.bench.load.Latencies.Percentiles;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void tellsPercentilesInMilliseconds() {
    for (int millis = 1; millis <= 1_000; millis++) {
      latencies.record(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    Percentiles percentiles = latencies.percentiles();
    assertThat(percentiles.count()).isEqualTo(1_000);
    assertThat(percentiles.p50()).isCloseTo(500, within(1.0));
    assertThat(percentiles.p90()).isCloseTo(900, within(1.0));
    assertThat(percentiles.p99()).isCloseTo(990, within(1.0));
    assertThat(percentiles.p999()).isCloseTo(999, within(1.0));
    assertThat(percentiles.max()).isCloseTo(1_000, within(1.0));
  }

  @Test
  void countsAMinuteAtMostSoThatNothingIsDropped() {
    latencies.record(TimeUnit.HOURS.toNanos(1));
    latencies.record(-5);

    assertThat(latencies.percentiles().count()).isEqualTo(2);
    assertThat(latencies.percentiles().max()).isCloseTo(60_000, within(100.0));
  }

  @Test
  void tellsNothingWhenNothingWasRecorded() {
    assertThat(latencies.percentiles()).isEqualTo(new Percentiles(0, 0, 0, 0, 0, 0));
  }
}
