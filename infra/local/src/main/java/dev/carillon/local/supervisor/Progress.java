package dev.carillon.local.supervisor;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// One line that the supervisor prints for the `up` that started it.
///
/// @param kind what the line reports
/// @param text for people
record Progress(Kind kind, String text) {
  /// The kind of a line of progress.
  enum Kind {
    /// A step is done.
    STEP('.'),
    /// Everything runs.
    READY('='),
    /// The settings are wrong; nothing runs.
    BAD_SETTINGS('?'),
    /// It cannot be started; nothing runs.
    FAILED('!');

    private final char mark;

    Kind(char mark) {
      this.mark = mark;
    }
  }

  /// A line break inside the text.
  private static final String BREAK = "\u2028";

  /// Reads a line; empty when it is not a line of progress.
  static Optional<Progress> parse(String line) {
    for (Kind kind : Kind.values()) {
      if (!line.isEmpty() && line.charAt(0) == kind.mark) {
        return Optional.of(new Progress(kind, line.substring(1).replace(BREAK, "\n")));
      }
    }
    return Optional.empty();
  }

  void write(PrintStream out) {
    out.println(kind.mark + text.strip().replace("\n", BREAK));
    out.flush();
  }

  /// A duration for people, such as `1.2 s`.
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
