package dev.carillon.local.supervisor;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// One line that the supervisor prints for the `up` that started it.
///
/// @param kind what the line reports
/// @param text for people
public record Progress(Kind kind, String text) {
  private static final Gson JSON = new Gson();

  /// The kind of a line of progress.
  public enum Kind {
    /// A step is done.
    STEP,
    /// Everything runs.
    READY,
    /// The settings are wrong; nothing runs.
    BAD_SETTINGS,
    /// It cannot be started; nothing runs.
    FAILED
  }

  /// Reads a line; empty when it is not a line of progress.
  public static Optional<Progress> parse(String line) {
    try {
      return Optional.ofNullable(JSON.fromJson(line, Progress.class));
    } catch (JsonParseException other) {
      return Optional.empty();
    }
  }

  void write(PrintStream out) {
    out.println(JSON.toJson(this));
    out.flush();
  }

  /// A duration for people, such as `1.2 s`.
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
