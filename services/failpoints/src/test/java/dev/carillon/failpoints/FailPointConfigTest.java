package dev.carillon.failpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FailPointConfigTest {
  private static final String ARMED = "message.append.after-commit=crash@3";

  @Test
  void allowsNothingByDefault() {
    FailPointConfig config = read(Map.of());

    assertThat(config.allowed()).isFalse();
    assertThat(config.armed()).isEmpty();
  }

  @Test
  void readsAListOfPoints() {
    Map<String, String> environment =
        Map.of(
            "CARILLON_ALLOW_FAIL_POINTS",
            "true",
            "CARILLON_FAIL_POINTS",
            ARMED + ", sequence.block.before-commit=pause:5s@1/50");

    assertThat(read(environment).armed())
        .containsExactly(ARMED, "sequence.block.before-commit=pause:5s@1/50");
  }

  @Test
  void refusesPointsThatAreNotAllowed() {
    assertThatThrownBy(() -> read(Map.of("CARILLON_FAIL_POINTS", ARMED)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(
            "CARILLON_FAIL_POINTS: set (expected: CARILLON_ALLOW_FAIL_POINTS=true beside it");
  }

  @Test
  void refusesPointsThatDoNotExist() {
    Map<String, String> environment =
        Map.of("CARILLON_ALLOW_FAIL_POINTS", "true", "CARILLON_FAIL_POINTS", "message.lunch=crash");

    assertThatThrownBy(() -> read(environment))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("CARILLON_FAIL_POINTS: message.lunch: unknown (expected: one of ");
  }

  private static FailPointConfig read(Map<String, String> environment) {
    Settings settings = Settings.of(environment);
    FailPointConfig config = FailPointConfig.read(settings, List.of(TestStep.values()));
    settings.verify();
    return config;
  }
}
