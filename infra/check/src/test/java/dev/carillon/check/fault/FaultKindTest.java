package dev.carillon.check.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class FaultKindTest {
  @Test
  void readsNamesAsTheCommandLineSpellsThem() {
    assertThat(FaultKind.parse("kill, redis-flush"))
        .containsExactlyInAnyOrder(FaultKind.KILL, FaultKind.REDIS_FLUSH);
  }

  @Test
  void knowsAllAndNone() {
    assertThat(FaultKind.parse("all")).containsExactlyInAnyOrder(FaultKind.values());
    assertThat(FaultKind.parse("none")).isEmpty();
  }

  @Test
  void refusesAnUnknownNameWithThoseThatAreKnown() {
    assertThatThrownBy(() -> FaultKind.parse("kill,flood"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'flood'")
        .hasMessageContaining("kill,pause,cut,redis-flush");
  }

  @Test
  void refusesAnEmptyName() {
    assertThatThrownBy(() -> FaultKind.parse("kill,"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("''");
  }
}
