package dev.carillon.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Settings.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  @TempDir Path folder;

  @Test
  void takesDefaultsForWhatIsNotSet() {
    Settings settings = Settings.of(Map.of("CARILLON_BLANK", "  "));

    assertThat(settings.integer("CARILLON_COUNT", 7, 1, 10)).isEqualTo(7);
    assertThat(settings.text("CARILLON_BLANK", "default")).isEqualTo("default");
    assertThat(settings.optionalText("CARILLON_MAYBE")).isEmpty();
    assertThat(settings.hostPort("CARILLON_ADDRESS", new HostPort("::1", 80)))
        .hasToString("[::1]:80");
    assertThatCode(settings::verify).doesNotThrowAnyException();
  }

  @Test
  void readsEveryType() {
    Settings settings =
        Settings.of(
            Map.ofEntries(
                Map.entry("CARILLON_INT", " 5 "),
                Map.entry("CARILLON_LONG", "9000000000"),
                Map.entry("CARILLON_RATIO", "0.25"),
                Map.entry("CARILLON_BOOL", "TRUE"),
                Map.entry("CARILLON_WAIT", "250ms"),
                Map.entry("CARILLON_SIZE", "64KiB"),
                Map.entry("CARILLON_LEVEL", "warn"),
                Map.entry("CARILLON_NAMES", "ann, ,bob")));

    assertThat(settings.integer("CARILLON_INT", 0, 0, 10)).isEqualTo(5);
    assertThat(settings.number("CARILLON_LONG", 0, 0, Long.MAX_VALUE)).isEqualTo(9_000_000_000L);
    assertThat(settings.decimal("CARILLON_RATIO", 0, 0, 1)).isEqualTo(0.25);
    assertThat(settings.bool("CARILLON_BOOL", false)).isTrue();
    assertThat(
            settings.duration("CARILLON_WAIT", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)))
        .isEqualTo(Duration.ofMillis(250));
    assertThat(settings.size("CARILLON_SIZE", 1, 1, 1 << 20)).isEqualTo(65_536);
    assertThat(settings.choice("CARILLON_LEVEL", LogLevel.INFO)).isEqualTo(LogLevel.WARN);
    assertThat(settings.list("CARILLON_NAMES", List.of())).containsExactly("ann", "bob");
    assertThatCode(settings::verify).doesNotThrowAnyException();
  }

  @Test
  void namesEveryProblemAtOnceWithValueAndExpectation() {
    Settings settings =
        Settings.of(
            Map.of(
                "CARILLON_COUNT", "11",
                "CARILLON_WAIT", "3 s",
                "CARILLON_SIZE", "9MiB",
                "CARILLON_BOOL", "yes",
                "CARILLON_ADDRESS", "host",
                "CARILLON_LEVEL", "loud",
                "CARILLON_RATIO", "NaN"));

    assertThat(settings.integer("CARILLON_COUNT", 3, 1, 10)).isEqualTo(3);
    settings.duration("CARILLON_WAIT", Duration.ZERO, Duration.ZERO, Duration.ofHours(1));
    settings.size("CARILLON_SIZE", 1, 1, 1 << 20);
    settings.bool("CARILLON_BOOL", false);
    settings.hostPort("CARILLON_ADDRESS", new HostPort("a", 1));
    settings.choice("CARILLON_LEVEL", LogLevel.INFO);
    settings.decimal("CARILLON_RATIO", 0, 0, 1);
    settings.requiredSecret("CARILLON_KEY");

    assertThatThrownBy(settings::verify)
        .isInstanceOfSatisfying(
            SettingsException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "CARILLON_COUNT: 11 (expected: 1 to 10)",
                        "CARILLON_WAIT: 3 s (expected: a duration such as 250ms, 3s or 1h)",
                        "CARILLON_SIZE: 9MiB (expected: 1B to 1MiB)",
                        "CARILLON_BOOL: yes (expected: true or false)",
                        "CARILLON_ADDRESS: host (expected: host:port)",
                        "CARILLON_LEVEL: loud (expected: one of error, warn, info, debug)",
                        "CARILLON_RATIO: NaN (expected: a number)",
                        "CARILLON_KEY: not set (expected: a secret, here or in"
                            + " CARILLON_KEY_FILE)"));
  }

  @Test
  void refusesUnknownNamesWithTheNearestKnownOne() {
    Settings settings =
        Settings.of(
            Map.of("CARILLON_SEQUENCE_GRPC_PROT", "1", "CARILLON_ZEBRA", "1", "OTHER_NAME", "1"));
    settings.integer("CARILLON_SEQUENCE_GRPC_PORT", 0, 0, 65_535);

    assertThatThrownBy(settings::verify)
        .hasMessageContaining(
            "CARILLON_SEQUENCE_GRPC_PROT: unknown (did you mean CARILLON_SEQUENCE_GRPC_PORT?)")
        .hasMessageContaining("CARILLON_ZEBRA: unknown")
        .hasMessageNotContaining("OTHER_NAME");
  }

  @Test
  void leavesNamesOfOtherServicesAlone() {
    Settings settings = Settings.of(Map.of("CARILLON_PRESENCE_GRPC_LISTEN", "x"));

    settings.tolerate("CARILLON_PRESENCE_");

    assertThatCode(settings::verify).doesNotThrowAnyException();
  }

  @Test
  void readsASecretFromAFileWithoutItsLineBreak() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "s3cret\n");
    Settings settings = Settings.of(Map.of("CARILLON_KEY_FILE", file.toString()));

    assertThat(settings.requiredSecret("CARILLON_KEY").reveal()).isEqualTo("s3cret");
    assertThatCode(settings::verify).doesNotThrowAnyException();
  }

  @Test
  void refusesASecretThatIsGivenTwiceOrCannotBeRead() {
    Path missing = folder.resolve("missing");
    Settings settings =
        Settings.of(
            Map.of(
                "CARILLON_A", "1",
                "CARILLON_A_FILE", "x",
                "CARILLON_B_FILE", missing.toString()));

    settings.requiredSecret("CARILLON_A");
    settings.requiredSecret("CARILLON_B");

    assertThatThrownBy(settings::verify)
        .isInstanceOfSatisfying(
            SettingsException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "CARILLON_A and CARILLON_A_FILE: both set (expected: one of them)",
                        "CARILLON_B_FILE: "
                            + missing
                            + " cannot be read (expected: a readable file)"));
  }

  @Test
  void describesEffectiveValuesWithoutSecrets() {
    Settings settings =
        Settings.of(
            Map.of(
                "CARILLON_KEY", "s3cret",
                "CARILLON_URL", "redis://user:hidden@host/?password=hidden&x=1",
                "CARILLON_COUNT", "4"));
    Secret key = settings.requiredSecret("CARILLON_KEY");
    settings.text("CARILLON_URL", "");
    settings.text("CARILLON_ETCD", "http://127.0.0.1:2379");
    settings.integer("CARILLON_COUNT", 1, 1, 9);
    settings.duration("CARILLON_WAIT", Duration.ofSeconds(90), Duration.ZERO, Duration.ofDays(1));

    assertThat(settings.describe())
        .contains("CARILLON_KEY=<redacted>\n")
        .contains("CARILLON_URL=redis://user:<redacted>@host/?password=<redacted>&x=1\n")
        .contains("CARILLON_ETCD=http://127.0.0.1:2379 (default)\n")
        .contains("CARILLON_COUNT=4\n")
        .contains("CARILLON_WAIT=90s (default)\n")
        .doesNotContain("s3cret")
        .doesNotContain("hidden");
    assertThat(key).hasToString(Secret.REDACTED);
  }
}
