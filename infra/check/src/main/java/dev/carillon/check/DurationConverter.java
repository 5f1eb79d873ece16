package dev.carillon.check;

import static dev.carillon.cli.Durations.Unit.HOURS;
import static dev.carillon.cli.Durations.Unit.MINUTES;
import static dev.carillon.cli.Durations.Unit.SECONDS;

import dev.carillon.cli.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads times of a run: `90s`, `10m`, `1h`.
final class DurationConverter implements ITypeConverter<Duration> {
  DurationConverter() {}

  @Override
  public Duration convert(String text) {
    return Durations.parse(text, SECONDS, MINUTES, HOURS)
        .filter(Duration::isPositive)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' (expected: such as 90s, 10m or 1h)"));
  }
}
