package dev.carillon.bench.report;

import java.util.Locale;

/// Numbers for people: as many digits as mean something.
public final class Numbers {
  private static final double HUNDRED = 100;
  private static final double TEN = 10;

  private Numbers() {}

  /// Three digits or so: `1234`, `12.3`, `1.23`.
  public static String text(double value) {
    double size = Math.abs(value);
    if (size >= HUNDRED || (value == Math.rint(value) && size >= TEN)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, size >= TEN ? "%.1f" : "%.2f", value);
  }

  /// Bytes as MiB.
  public static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / (1 << 20));
  }

  /// Bytes as KiB.
  public static String kibibytes(double bytes) {
    return String.format(Locale.ROOT, "%.2f", bytes / (1 << 10));
  }
}
