package dev.carillon.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The folder of one engine: its data, its log, the port it keeps, and the mark of the process that
/// uses it.
///
/// A file lock keeps two JVMs off the same folder and goes with the JVM that holds it. Readable by
/// its owner only.
final class EngineFolder implements AutoCloseable {
  private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(10);

  private final Path root;
  private final FileChannel lock;

  private EngineFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /// Creates the folder if need be, takes it, and ends a server that a lost JVM left in it.
  ///
  /// @throws EngineException if another engine object, here or in another JVM, has it
  static EngineFolder open(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      createPrivate(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        channel.close();
        throw new EngineException("data folder " + root + ": in use by another process");
      }
      EngineFolder opened = new EngineFolder(root, channel);
      opened.endOrphan();
      return opened;
    } catch (IOException e) {
      throw new EngineException("data folder " + root + ": cannot be used: " + e.getMessage(), e);
    }
  }

  private static void createPrivate(Path root) throws IOException {
    Files.createDirectories(root.getParent());
    try {
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(root)) {
        throw e;
      }
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock taken = channel.tryLock();
      return taken != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  Path root() {
    return root;
  }

  Path resolve(String name) {
    return root.resolve(name);
  }

  /// The port of the last start.
  OptionalInt port() {
    return read("port")
        .filter(text -> text.matches("\\d{1,5}"))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElseGet(OptionalInt::empty);
  }

  void keepPort(int port) {
    write("port", Integer.toString(port));
  }

  /// Remembers the running server, by number and start so that a later process of the same number
  /// is not taken for it.
  void keepPid(long pid) {
    ProcessHandle.of(pid).ifPresent(server -> write("pid", mark(server)));
  }

  /// The lock is ours, so the JVM that started it is gone; its server may need a moment to follow,
  /// or may have been forgotten.
  private void endOrphan() {
    Optional<ProcessHandle> orphan =
        read("pid")
            .filter(mark -> mark.matches("\\d+ .*"))
            .flatMap(mark ->
                ProcessHandle.of(Long.parseLong(mark.substring(0, mark.indexOf(' '))))
                    .filter(process -> mark(process).equals(mark)));
    if (orphan.isEmpty()) {
      return;
    }
    orphan.get().destroyForcibly();
    try {
      orphan.get().onExit().get(ORPHAN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while ending process " + orphan.get().pid(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw new EngineException(
          "data folder " + root + ": in use by process " + orphan.get().pid(), e);
    }
  }

  private static String mark(ProcessHandle process) {
    return process.pid() + " " + process.info().startInstant().map(Object::toString).orElse("?");
  }

  /// Writes a file that only its owner can read, complete or not at all.
  Path write(String name, String content) {
    Path unfinished = root.resolve(name + ".tmp");
    try {
      Files.deleteIfExists(unfinished);
      Files.createFile(
          unfinished,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(unfinished, content);
      return Files.move(unfinished, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> read(String name) {
    try {
      return Optional.of(Files.readString(root.resolve(name)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
