package dev.carillon.installation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.runtime.lifecycle.Retry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder of one installation: its data, its secrets, its logs, and the state of its running
/// processes. Readable by its owner only.
///
/// Its lock belongs to the one process that runs the installation; the system releases it when that
/// process has ended, however it ended. The file, which may be left behind, holds the process's id.
///
/// @param root absolute
public record InstallationFolder(Path root) {
  private static final String DEFAULT_NAME = ".carillon";
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  public InstallationFolder {
    root = root.toAbsolutePath().normalize();
  }

  /// The folder given, or `.carillon` in the clone (the system property `carillon.home`; without
  /// it, in the working folder).
  public static InstallationFolder of(@Nullable Path given) {
    return new InstallationFolder(
        given == null ? Path.of(System.getProperty("carillon.home", "."), DEFAULT_NAME) : given);
  }

  /// Token keys and passwords, made at the first start.
  public Path secrets() {
    return root.resolve("secrets");
  }

  /// One file of JSON lines for each JVM, and its other output.
  public Path logs() {
    return root.resolve("logs");
  }

  /// The data and logs of etcd, Redis and MariaDB.
  public Path engines() {
    return root.resolve("engines");
  }

  /// The state of the running installation.
  public Path run() {
    return root.resolve("run");
  }

  /// The error output of the supervisor's JVM.
  public Path supervisorOutput() {
    return logs().resolve("supervisor.out");
  }

  /// Makes the folder and its subfolders where they are missing.
  public void create() throws IOException {
    Files.createDirectories(root.resolve("..").normalize());
    for (Path folder : List.of(root, secrets(), logs(), engines(), run())) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /// The lock file; it holds the id of the process that runs the installation.
  public Path lock() {
    return run().resolve("lock");
  }

  /// Takes the lock, or gives up after `limit`: a command that only looks holds it for a moment
  /// too. It lasts until the channel is closed.
  public Optional<FileChannel> take(Duration limit) throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long begin = System.nanoTime();
    while (!locked(channel, false)) {
      if (System.nanoTime() - begin > limit.toNanos()) {
        channel.close();
        return Optional.empty();
      }
      Retry.pause(POLL_INTERVAL);
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
    return Optional.of(channel);
  }

  /// The process that runs on the folder, if any does.
  ///
  /// @throws CommandFailure with [ExitCodes#REFUSED] when the folder cannot be read
  public OptionalLong holder() {
    try (FileChannel channel = FileChannel.open(lock(), StandardOpenOption.READ)) {
      // Shared, so that those who only ask do not take one another for the holder.
      if (locked(channel, true)) {
        return OptionalLong.empty();
      }
      String text = Files.readString(lock()).strip();
      return text.matches("\\d{1,18}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (NoSuchFileException absent) {
      return OptionalLong.empty();
    } catch (IOException failure) {
      throw FileProblems.unusable(root, failure);
    }
  }

  private static boolean locked(FileChannel channel, boolean shared) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  /// The installation that runs in the folder.
  ///
  /// @throws CommandFailure with [ExitCodes#UNREACHABLE] when none does
  public Installation running() {
    return Installation.read(root)
        .filter(left -> holder().isPresent())
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.UNREACHABLE,
                "no installation runs in "
                    + root
                    + " (start one: carillon up --data "
                    + root
                    + ")"));
  }

  /// Removes the folder with everything in it; nothing may run there.
  public void delete() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
