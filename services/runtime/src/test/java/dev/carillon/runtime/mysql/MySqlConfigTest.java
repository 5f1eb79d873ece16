package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MySqlConfigTest {
  @Test
  void putsTheDatabaseAndOurOptionsIntoTheUrl() {
    MySqlConfig config = local("jdbc:mysql://db:3306", "carillon", "carillon_sequence");

    assertThat(config.jdbcUrl())
        .startsWith("jdbc:mysql://db:3306/carillon_sequence?")
        .contains("sslMode=DISABLED")
        .contains("socketTimeout=30000")
        .doesNotContain("createDatabaseIfNotExist");
    assertThat(config.creatingUrl()).contains("createDatabaseIfNotExist=true");
  }

  @Test
  void letsOptionsOfTheSettingWin() {
    MySqlConfig config =
        local(
            "jdbc:mysql://a:1,b:2/?useServerPrepStmts=false&x=y", "carillon", "carillon_sequence");

    assertThat(config.jdbcUrl())
        .startsWith("jdbc:mysql://a:1,b:2/carillon_sequence?")
        .contains("useServerPrepStmts=false")
        .contains("x=y")
        .doesNotContain("useServerPrepStmts=true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://root:hidden@db:3306/x",
        "jdbc:mysql://db:3306?user=hidden",
        "jdbc:mysql://db:3306/?x=y&password=hidden",
        "jdbc:mysql://db:3306/?x=y&USER=hidden&z=1"
      })
  void refusesAUrlThatNamesAUserWithoutRepeatingIt(String url) {
    Settings settings = Settings.of(Map.of("CARILLON_MYSQL_URL", url));

    MySqlConfig.read(settings, "CARILLON_MESSAGE", "carillon_mailbox");

    assertThatThrownBy(settings::verify)
        .hasMessageContaining("CARILLON_MYSQL_URL: unusable (expected: jdbc:mysql://host:port")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void neverShowsThePassword() {
    Settings settings = Settings.of(Map.of("CARILLON_MYSQL_PASSWORD", "hidden"));

    MySqlConfig config = MySqlConfig.read(settings, "CARILLON_MESSAGE", "carillon_mailbox");

    assertThat(config.password().reveal()).isEqualTo("hidden");
    assertThat(config.toString()).doesNotContain("hidden");
    assertThat(settings.describe()).doesNotContain("hidden");
  }

  /// A local server without TLS and without a password, with long time limits.
  static MySqlConfig local(String url, String user, String database) {
    return new MySqlConfig(
        url,
        user,
        Secret.EMPTY,
        database,
        MySqlConfig.Tls.DISABLED,
        MySqlConfig.Pools.standard(),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        true);
  }
}
