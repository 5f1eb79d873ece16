package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How `--instances` is read.
final class InstanceCountsTest {
  @Test
  void whoIsNotNamedGetsOne() {
    InstanceCounts counts = InstanceCounts.parse("message=2, connection=3");
    assertThat(counts.of(ServiceKind.MESSAGE)).isEqualTo(2);
    assertThat(counts.of(ServiceKind.CONNECTION)).isEqualTo(3);
    assertThat(counts.of(ServiceKind.SEQUENCE)).isEqualTo(1);
    assertThat(InstanceCounts.ONE_EACH.of(ServiceKind.MESSAGE)).isEqualTo(1);
  }

  @Test
  void readsWhatItWrites() {
    InstanceCounts counts = InstanceCounts.parse("presence=4");
    assertThat(InstanceCounts.parse(counts.toString())).isEqualTo(counts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "message",
        "message=",
        "message=0",
        "message=17",
        "message=-1",
        "massage=1",
        "a=b=c"
      })
  void refusesWhatMakesNoSense(String text) {
    assertThatThrownBy(() -> InstanceCounts.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }
}
