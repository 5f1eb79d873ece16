package dev.carillon.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Latencies.Percentiles;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  @Test
  void whatLiesSideBySideIsDivided() {
    Summary comparison =
        compared(
            measured("ours", 1, 10),
            measured("theirs", 1, 20),
            measured("ours", 2, 30),
            measured("theirs", 2, 20));

    assertThat(delivered(comparison)).isEqualTo(new Ratio(2, 1, 0.5, 1.5));
  }

  @Test
  void whatIsVoidIsLeftOutTogetherWithItsPartner() {
    Summary comparison =
        compared(
            measured("ours", 1, 10).worthless("late"),
            measured("theirs", 1, 20),
            measured("ours", 2, 40),
            measured("theirs", 2, 20));

    assertThat(delivered(comparison)).isEqualTo(new Ratio(1, 2, 2, 2));
  }

  @Test
  void aVoidMeasurementThatWasMadeAgainCounts() {
    Summary comparison =
        compared(
            measured("ours", 1, 10).worthless("late"),
            measured("ours", 1, 40),
            measured("theirs", 1, 20));

    assertThat(delivered(comparison)).isEqualTo(new Ratio(1, 2, 2, 2));
  }

  @Test
  void loadsAreComparedEachWithItsOwn() {
    Summary comparison = compared(measured("ours", 1, 10), measured("theirs", 1, 20).rate(9));

    assertThat(comparison.table(Ratio::toString).isEmpty()).isTrue();
  }

  private static Summary compared(Measurement... all) {
    return Summary.ratios("ours", "theirs", List.of(all));
  }

  private static Ratio delivered(Summary comparison) {
    return comparison.at(List.of("500/s"), "delivered p99 ms");
  }

  private static Measurement measured(String system, int pair, double p99) {
    return new Measurement("chat", system, pair)
        .rate(500)
        .time("delivered", new Percentiles(9, 1, 1, p99, p99, p99));
  }
}
