package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BatchIntervalTest {
  private static final long MICRO = 1_000;
  private double load;
  private final BatchInterval interval =
      new BatchInterval(() -> load, Duration.ofNanos(300 * MICRO), Duration.ofMillis(10));

  @Test
  void nothingPausesWhileThereIsTimeEnough() {
    load = BatchInterval.IDLE_LOAD;
    assertThat(interval.after(5_000 * MICRO)).isZero();
  }

  @Test
  void thePauseGrowsWithTheLoadAndTheWork() {
    load = (BatchInterval.IDLE_LOAD + BatchInterval.BUSY_LOAD) / 2;
    assertThat(interval.after(1_000 * MICRO)).isCloseTo(largest(1_000) / 2, within(1L));
    load = 0.9;
    assertThat(interval.after(1_000 * MICRO)).isEqualTo(largest(1_000));
  }

  @Test
  void aBatchCountsWhatItCostsElsewhere() {
    load = 1;
    assertThat(interval.after(MICRO)).isEqualTo(largest(300));
    assertThat(interval.costing(Duration.ofMillis(1)).after(MICRO)).isEqualTo(largest(1_000));
  }

  @Test
  void noPauseExceedsTheLimit() {
    load = 1;
    assertThat(interval.after(60_000 * MICRO)).isEqualTo(10_000 * MICRO);
    assertThat(BatchInterval.NONE.after(60_000 * MICRO)).isZero();
  }

  @Test
  void theLoadIsSampledFourTimesASecondAndSmoothed() {
    AtomicLong nanos = new AtomicLong();
    ProcessLoad smoothed = new ProcessLoad(() -> load, nanos::get);
    load = 0.8;
    assertThat(smoothed.getAsDouble()).isZero();

    nanos.addAndGet(ProcessLoad.SAMPLE_INTERVAL.toNanos());
    assertThat(smoothed.getAsDouble()).isCloseTo(0.2, within(1e-9));
    assertThat(smoothed.getAsDouble()).isCloseTo(0.2, within(1e-9));

    nanos.addAndGet(ProcessLoad.SMOOTHING.toNanos());
    assertThat(smoothed.getAsDouble()).isCloseTo(0.8, within(1e-9));

    load = -1;
    nanos.addAndGet(ProcessLoad.SMOOTHING.toNanos());
    assertThat(smoothed.getAsDouble()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void theMachineHasALoad() {
    assertThat(ProcessLoad.ofMachine(System::nanoTime).getAsDouble()).isBetween(0.0, 1.0);
  }

  private static long largest(long micros) {
    return (long) (BatchInterval.LARGEST_SHARE * micros * MICRO);
  }
}
