package dev.carillon.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads lengths of time as people write them: a number and a unit, such as `90s`.
public final class Durations {
  private static final Pattern COUNT_AND_UNIT = Pattern.compile("(\\d{1,6})([a-z]{1,2})");

  private Durations() {}

  /// The units of durations.
  public enum Unit {
    /// Written `ms`.
    MILLISECONDS("ms", Duration.ofMillis(1)),
    /// Written `s`.
    SECONDS("s", Duration.ofSeconds(1)),
    /// Written `m`.
    MINUTES("m", Duration.ofMinutes(1)),
    /// Written `h`.
    HOURS("h", Duration.ofHours(1)),
    /// Written `d`.
    DAYS("d", Duration.ofDays(1));

    private final String name;
    private final Duration length;

    Unit(String name, Duration length) {
      this.name = name;
      this.length = length;
    }
  }

  /// The length of time, 0 included; empty when the text is not 1 to 6 digits and one of `units`.
  public static Optional<Duration> parse(String text, Unit... units) {
    Matcher parts = COUNT_AND_UNIT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(parts.group(1));
    return Arrays.stream(units)
        .filter(unit -> unit.name.equals(parts.group(2)))
        .findFirst()
        .map(unit -> unit.length.multipliedBy(count));
  }
}
