package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is read from an admin port.
final class CountersTest {
  private static final String TEXT =
      """
      # HELP carillon_sequence_numbers_total Numbers issued
      # TYPE carillon_sequence_numbers_total counter
      carillon_sequence_numbers_total 1200
      carillon_sequence_refusals_total{reason="SLOT_MOVED"} 3
      carillon_sequence_refusals_total{reason="OVERLOADED"} 4
      carillon_sequence_refill_batch_sum 12.5
      """;

  private final Map<String, Double> counters = counters(TEXT);

  @Test
  void sumsAMetricOverItsLabels() {
    assertThat(counters.get("carillon_sequence_refusals_total")).isEqualTo(7);
    assertThat(counters.get("carillon_sequence_refill_batch_sum")).isEqualTo(12.5);
  }

  @Test
  void takesNoOtherMetricThatBeginsAlike() {
    assertThat(counters).doesNotContainKey("carillon_sequence_numbers");
  }

  @Test
  void saysByHowMuchAMetricHasGrown() {
    Map<String, Double> before = counters("carillon_sequence_numbers_total 1000\n");

    assertThat(Counters.growth(before, counters, "carillon_sequence_numbers_total")).isEqualTo(200);
    assertThat(Counters.growth(before, counters, "carillon_sequence_refill_batch_sum"))
        .isEqualTo(12.5);
  }

  private static Map<String, Double> counters(String text) {
    Map<String, Double> values = new HashMap<>();
    Counters.addMetrics(text, values);
    return values;
  }
}
