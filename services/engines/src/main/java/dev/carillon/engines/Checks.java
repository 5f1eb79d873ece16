package dev.carillon.engines;

import java.util.regex.Pattern;

/// Checks of values given by callers.
final class Checks {
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]{0,31}");

  private Checks() {}

  static void range(String name, int value, int first, int last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + first + " to " + last + ")");
    }
  }

  /// A name that needs no quoting in SQL.
  static void identifier(String name, String value) {
    if (!IDENTIFIER.matcher(value).matches()) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: 1 to 32 of a-z, 0-9 and _, a letter first)");
    }
  }

  /// A secret that needs no quoting in SQL or a settings file. The value itself is never shown.
  static void secret(String name, String value) {
    boolean plain =
        !value.isEmpty()
            && value
                .chars()
                .allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\'' && c != '\\');
    if (!plain) {
      throw new IllegalArgumentException(
          name + ": unusable (expected: printable ASCII without spaces, quotes and backslashes)");
    }
  }
}
