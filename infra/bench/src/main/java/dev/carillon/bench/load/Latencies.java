package dev.carillon.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Recorded times, 1 us to 60 s, three digits. For one writer; read when it has finished.
public final class Latencies {
  private static final long LOWEST_NANOS = 1_000;
  private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int DIGITS = 3;
  private static final double NANOS_OF_A_MILLI = 1e6;

  private final Histogram histogram = new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);

  /// How long things took, in milliseconds.
  ///
  /// @param count how many were recorded; 0: the rest is 0
  public record Percentiles(
      long count, double p50, double p90, double p99, double p999, double max) {}

  /// Records a time; more than a minute counts as a minute, so that nothing is dropped.
  public void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, HIGHEST_NANOS));
  }

  /// What was recorded.
  public Percentiles percentiles() {
    return new Percentiles(histogram.getTotalCount(), at(50), at(90), at(99), at(99.9), at(100));
  }

  private double at(double percentile) {
    return histogram.getValueAtPercentile(percentile) / NANOS_OF_A_MILLI;
  }
}
