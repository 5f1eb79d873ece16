package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import dev.carillon.sequence.SequenceConfig.Limits;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SequenceConfigTest {
  @Test
  void hasADefaultForEverything() {
    Settings settings = Settings.of(Map.of());
    SequenceConfig config = SequenceConfig.read(settings);
    settings.verify();
    assertThat(config.limits()).isEqualTo(new Limits(2, 1 << 20, 20_000, 64, 10_000));
    assertThat(config.mysql().database()).isEqualTo("carillon_sequence");
    assertThat(config.host().service()).isEqualTo("sequence");
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() {
    Settings settings =
        Settings.of(
            Map.of(
                "CARILLON_SEQUENCE_WRITERS", "3",
                "CARILLON_SEQUENCE_MYSQL_POOL", "2",
                "CARILLON_SEQUENCE_MAX_BLOCK", "10",
                "CARILLON_SEQUENCE_RESIDENT_KEY", "5000"));
    SequenceConfig.read(settings);
    assertThatThrownBy(settings::verify)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("CARILLON_SEQUENCE_MYSQL_POOL: 2")
        .hasMessageContaining("CARILLON_SEQUENCE_MAX_BLOCK: 10 (expected: at least 64)")
        .hasMessageContaining("CARILLON_SEQUENCE_RESIDENT_KEYS");
  }
}
