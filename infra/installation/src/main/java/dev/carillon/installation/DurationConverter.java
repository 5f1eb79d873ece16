package dev.carillon.installation;

import dev.carillon.runtime.settings.Units;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the durations of command lines, written as in settings: `500ms`, `90s`, `10m`, `1h`, `7d`.
public final class DurationConverter implements ITypeConverter<Duration> {
  /// A converter for the options of picocli.
  public DurationConverter() {}

  /// Refuses a duration of 0.
  @Override
  public Duration convert(String text) {
    try {
      Duration read = Units.duration(text.toLowerCase(Locale.ROOT));
      if (read.isPositive()) {
        return read;
      }
    } catch (IllegalArgumentException | ArithmeticException _) {
      // Refused below.
    }
    throw new TypeConversionException("'" + text + "' (expected: such as 90s, 10m or 1h)");
  }
}
