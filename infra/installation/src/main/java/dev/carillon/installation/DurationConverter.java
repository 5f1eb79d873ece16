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
    Duration read = parse(text);
    if (!read.isPositive()) {
      throw refused(text);
    }
    return read;
  }

  /// The duration, 0 included.
  ///
  /// @throws TypeConversionException when the text is none
  public static Duration parse(String text) {
    try {
      return Units.duration(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw refused(text);
    }
  }

  private static TypeConversionException refused(String text) {
    return new TypeConversionException("'" + text + "' (expected: such as 90s, 10m or 1h)");
  }
}
