package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "it's", "a\\b", "a\"b", "line\n", "straße"})
  void refusesAPasswordThatWouldNeedQuoting(String password) {
    assertThatThrownBy(() -> MariaDbOptions.of("app", password, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "password: unusable (expected: printable ASCII without spaces, quotes and"
                + " backslashes)");
    assertThatThrownBy(() -> RedisOptions.DEFAULT.withPassword(password))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesADatabaseTheAccountHasNoRightsOn() {
    assertThatThrownBy(() -> MariaDbOptions.of("app", "pw", List.of("mysql")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("database: mysql (expected: a name that begins with app_)");
    assertThatThrownBy(() -> MariaDbOptions.of("app", "pw", List.of("app_`x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("database: app_`x (expected: 1 to 32 of a-z, 0-9 and _, a letter first)");
  }

  @Test
  void namesTheRangeOfASize() {
    assertThatThrownBy(() -> new EtcdOptions(Durability.FAST, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quotaMiB: 5 (expected: 16 to 8192)");
  }

  @Test
  void neverShowsAPassword() {
    assertThat(MariaDbOptions.of("app", "hush", List.of()).toString()).doesNotContain("hush");
    assertThat(RedisOptions.DEFAULT.withPassword("hush").toString()).doesNotContain("hush");
  }
}
