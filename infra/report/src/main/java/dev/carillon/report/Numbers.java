package dev.carillon.report;

import java.util.Locale;

/// Numbers for people: as many digits as mean something.
public final class Numbers {
  private Numbers() {}

  /// Three digits or so: `1234`, `12.3`, `1.23`.
  public static String text(double value) {
    double size = Math.abs(value);
    boolean whole = size >= 100 || (value == Math.rint(value) && size >= 10);
    return String.format(Locale.ROOT, whole ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
