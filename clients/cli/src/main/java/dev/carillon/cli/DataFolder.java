package dev.carillon.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The data folder that a command works with.
public final class DataFolder {
  private static final String DEFAULT_NAME = ".carillon";

  private DataFolder() {}

  /// The folder given, or `.carillon` in the clone (the system property `carillon.home`; without
  /// it, in the working folder).
  public static Path of(@Nullable Path given) {
    if (given != null) {
      return given.toAbsolutePath().normalize();
    }
    return Path.of(System.getProperty("carillon.home", "."), DEFAULT_NAME)
        .toAbsolutePath()
        .normalize();
  }

  /// The installation that runs in the folder.
  ///
  /// @throws CommandFailure with [ExitCodes#UNREACHABLE] when none does
  public static Installation running(@Nullable Path given) {
    Path data = of(given);
    return Installation.read(data)
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.UNREACHABLE,
                "no installation runs in " + data + " (start one: carillon up)"));
  }
}
