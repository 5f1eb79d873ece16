package dev.carillon.cli;

import dev.carillon.client.ClientMessageId;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks the values of options; a wrong one ends the command with [ExitCodes#USAGE].
final class Arguments {
  private static final int MAX_NAME_BYTES = 64;

  private Arguments() {}

  /// The name of a user or a device.
  static String name(String option, String value) {
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_NAME_BYTES) {
      throw refused(option, "'" + value + "'", "1 to " + MAX_NAME_BYTES + " bytes");
    }
    return value;
  }

  /// As [#name], for an option that may be left out.
  static void nameIfGiven(String option, @Nullable String value) {
    if (value != null) {
      name(option, value);
    }
  }

  /// A list of names; blanks around a name are dropped, and a name that is given twice counts once.
  static List<String> names(String option, List<String> values) {
    Set<String> names = new LinkedHashSet<>();
    values.forEach(value -> names.add(name(option, value.strip())));
    return List.copyOf(names);
  }

  /// A number that is at least 1.
  static long positive(String option, long value) {
    if (value < 1) {
      throw refused(option, Long.toString(value), "1 or more");
    }
    return value;
  }

  /// As [#positive], for an option that may be left out.
  static void positiveIfGiven(String option, @Nullable Long value) {
    if (value != null) {
      positive(option, value);
    }
  }

  /// A text that is not empty.
  static String text(String option, String value) {
    if (value.isEmpty()) {
      throw refused(option, "''", "1 byte or more");
    }
    return value;
  }

  /// The id that was given, else a new one.
  static ClientMessageId clientMessageId(@Nullable String hex) {
    try {
      return hex == null ? ClientMessageId.random() : new ClientMessageId(hex);
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(malformed.getMessage()));
    }
  }

  static CommandFailure refused(String option, String value, String expected) {
    return new CommandFailure(
        ExitCodes.USAGE, option + ": " + value + " (expected: " + expected + ")");
  }
}
