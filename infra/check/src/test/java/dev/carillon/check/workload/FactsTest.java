package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FactsTest {
  @Test
  void hashesTellBodiesApart() {
    assertThat(Facts.hash("one")).isEqualTo(Facts.hash("one")).isNotEqualTo(Facts.hash("two"));
  }
}
