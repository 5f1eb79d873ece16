package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is read from an admin port.
final class ServiceMetricsTest {
  private static final String TEXT =
      """
      # HELP carillon_sequence_numbers_total Numbers issued
      # TYPE carillon_sequence_numbers_total counter
      carillon_sequence_numbers_total 1200
      carillon_sequence_refusals_total{reason="SLOT_MOVED"} 3
      carillon_sequence_refusals_total{reason="OVERLOADED"} 4
      carillon_sequence_refill_batch_sum 12.5
      """;

  private final ServiceMetrics metrics = new ServiceMetrics(TEXT);

  @Test
  void sumsAMetricOverItsLabels() {
    assertThat(metrics.sum("carillon_sequence_refusals_total")).isEqualTo(7);
    assertThat(metrics.sum("carillon_sequence_refill_batch_sum")).isEqualTo(12.5);
  }

  @Test
  void takesNoOtherMetricThatBeginsAlike() {
    assertThat(metrics.sum("carillon_sequence_numbers")).isZero();
  }

  @Test
  void tellsByHowMuchAMetricHasGrown() {
    ServiceMetrics before = new ServiceMetrics("carillon_sequence_numbers_total 1000\n");

    assertThat(metrics.since(before, "carillon_sequence_numbers_total")).isEqualTo(200);
  }
}
