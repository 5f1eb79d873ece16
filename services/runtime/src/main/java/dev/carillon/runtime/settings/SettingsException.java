package dev.carillon.runtime.settings;

import java.util.List;

/// Everything that is wrong with a process's settings, all at once; the process must not start.
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  SettingsException(List<String> problems) {
    super("bad settings:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /// One line per problem, each naming the setting, its value (unless secret) and what was
  /// expected.
  public List<String> problems() {
    return problems;
  }
}
