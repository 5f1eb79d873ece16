package dev.carillon.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
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

  /// The lock file of the process that runs on a data folder; it holds the process's id.
  public static Path lockIn(Path data) {
    return data.resolve("run").resolve("lock");
  }

  /// The process that runs on a data folder, if any does. The lock ends with its process, however
  /// that ended; the file may be left behind.
  ///
  /// @throws CommandFailure with [ExitCodes#REFUSED] when the folder cannot be read
  public static OptionalLong holder(Path data) {
    Path file = lockIn(data);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (isFree(channel)) {
        return OptionalLong.empty();
      }
      String text = Files.readString(file).strip();
      return text.matches("\\d{1,18}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (NoSuchFileException absent) {
      return OptionalLong.empty();
    } catch (IOException failure) {
      throw FileProblems.unusable(data, failure);
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      // Shared, so that those who only ask do not take one another for the holder.
      @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  /// The installation that runs in the folder.
  ///
  /// @throws CommandFailure with [ExitCodes#UNREACHABLE] when none does
  public static Installation running(@Nullable Path given) {
    Path data = of(given);
    return Installation.read(data)
        .filter(left -> holder(data).isPresent())
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.UNREACHABLE,
                "no installation runs in " + data + " (start one: carillon up)"));
  }
}
