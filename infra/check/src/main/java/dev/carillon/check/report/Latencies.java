package dev.carillon.check.report;

import org.HdrHistogram.Histogram;

/// How long something took, as percentiles in milliseconds.
///
/// @param count how often it was measured
public record Latencies(long count, double p50, double p99, double p999, double max) {
  private static final double NANOS_PER_MILLI = 1e6;

  static Latencies of(Histogram nanos) {
    return new Latencies(
        nanos.getTotalCount(),
        nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
        nanos.getValueAtPercentile(99) / NANOS_PER_MILLI,
        nanos.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
        nanos.getMaxValue() / NANOS_PER_MILLI);
  }
}
