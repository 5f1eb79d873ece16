package dev.carillon.cli;

import static dev.carillon.cli.Durations.Unit.DAYS;
import static dev.carillon.cli.Durations.Unit.HOURS;
import static dev.carillon.cli.Durations.Unit.MILLISECONDS;
import static dev.carillon.cli.Durations.Unit.MINUTES;
import static dev.carillon.cli.Durations.Unit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "90s, PT90S", "2m, PT2M", "1h, PT1H", "7d, PT168H", "0s, PT0S"})
  void isANumberAndAUnit(String text, Duration expected) {
    assertThat(Durations.parse(text, MILLISECONDS, SECONDS, MINUTES, HOURS, DAYS))
        .hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "1 s", "1S", "1w", "1000000s", "1ss"})
  void isNothingElse(String text) {
    assertThat(Durations.parse(text, MILLISECONDS, SECONDS, MINUTES, HOURS, DAYS)).isEmpty();
  }

  @Test
  void isOfTheUnitsThatAreWantedOnly() {
    assertThat(Durations.parse("1h", SECONDS, MINUTES)).isEmpty();
    assertThat(Durations.parse("1ms", SECONDS, MINUTES)).isEmpty();
  }
}
