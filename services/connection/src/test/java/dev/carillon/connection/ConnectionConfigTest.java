package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConnectionConfigTest {
  @Test
  void needsNothingButItsKeys() {
    Settings settings =
        Settings.of(
            Map.of(
                "CARILLON_CONNECTION_TOKEN_KEYS",
                "{\"keys\":[]}",
                "CARILLON_CONNECTION_TICKET_KEY",
                "k".repeat(32)));

    ConnectionConfig config = ConnectionConfig.read(settings);
    settings.verify();

    assertThat(config.clients().maxConnections()).isEqualTo(19_000);
    assertThat(config.session().heartbeat().timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.session().limits().bodySize()).isEqualTo(32 * 1024);
    assertThat(settings.describe()).doesNotContain("kkk");
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() {
    Settings settings =
        Settings.of(
            Map.of(
                "CARILLON_CONNECTION_HEARTBEAT_TIMEOUT", "25s",
                "CARILLON_CONNECTION_MAX_CONNECTIONS", "0",
                "CARILLON_CONNECTION_CREDIT_WINDOWS", "9"));

    ConnectionConfig.read(settings);

    assertThatThrownBy(settings::verify)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("CARILLON_CONNECTION_HEARTBEAT_TIMEOUT")
        .hasMessageContaining("CARILLON_CONNECTION_MAX_CONNECTIONS: 0")
        .hasMessageContaining("did you mean CARILLON_CONNECTION_CREDIT_WINDOW?")
        .hasMessageContaining("CARILLON_CONNECTION_TOKEN_KEYS: not set")
        .hasMessageContaining("CARILLON_CONNECTION_TICKET_KEY: not set");
  }
}
