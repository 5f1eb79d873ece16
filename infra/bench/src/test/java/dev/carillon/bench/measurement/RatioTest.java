package dev.carillon.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RatioTest {
  @Test
  void tellsTheMedianAndTheExtremes() {
    assertThat(Ratio.of(List.of(0.5, 0.1, 0.2))).isEqualTo(new Ratio(3, 0.2, 0.1, 0.5));
    assertThat(Ratio.of(List.of(0.5, 0.25))).isEqualTo(new Ratio(2, 0.375, 0.25, 0.5));
  }

  @Test
  void readsWell() {
    assertThat(Ratio.of(List.of(0.5, 0.1, 0.2))).hasToString("0.20 (0.10 to 0.50, 3 pairs)");
    assertThat(Ratio.of(List.of(123.4))).hasToString("123 (123 to 123, 1 pair)");
    assertThat(Ratio.of(List.of())).hasToString("-");
  }
}
