package dev.carillon.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MessageConfigTest {
  @Test
  void takesAsManyWritersAsThereAreConnections() {
    MessageConfig config =
        read(Map.of("CARILLON_MESSAGE_WRITERS", "8", "CARILLON_MESSAGE_MYSQL_POOL", "8"));

    assertThat(config.limits().writers()).isEqualTo(8);
  }

  @Test
  void refusesMoreWritersThanConnections() {
    assertThatThrownBy(() ->
            read(
                Map.of(
                    "CARILLON_MESSAGE_WRITERS",
                    "8",
                    "CARILLON_MESSAGE_MAILBOX_WRITERS",
                    "16",
                    "CARILLON_MESSAGE_MYSQL_POOL",
                    "4")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(
            "CARILLON_MESSAGE_WRITERS: 8 (expected: at most CARILLON_MESSAGE_MYSQL_POOL, 4)")
        .hasMessageContaining(
            "CARILLON_MESSAGE_MAILBOX_WRITERS: 16 (expected: at most CARILLON_MESSAGE_MYSQL_POOL,"
                + " 4)");
  }

  @Test
  void takesAnyNumberOfWriters() {
    MessageConfig config =
        read(
            Map.of(
                "CARILLON_MESSAGE_WRITERS",
                "3",
                "CARILLON_MESSAGE_MAILBOX_WRITERS",
                "7",
                "CARILLON_MESSAGE_MYSQL_POOL",
                "7"));

    assertThat(config.limits().writers()).isEqualTo(3);
    assertThat(config.mailboxWriters()).isEqualTo(7);
  }

  private static MessageConfig read(Map<String, String> own) {
    Map<String, String> environment = new TreeMap<>(own);
    environment.put("CARILLON_MYSQL_URL", "jdbc:mysql://127.0.0.1:3306");
    environment.put("CARILLON_MYSQL_USER", "carillon");
    environment.put("CARILLON_MYSQL_TLS", "disabled");
    Settings settings = Settings.of(environment);
    MessageConfig config = MessageConfig.read(settings);
    settings.verify();
    return config;
  }
}
