package dev.carillon.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// The folder that holds the unpacked engines, shared by every installation and test run that
/// points at it.
///
/// An entry appears complete or not at all, also when the machine stops in the middle, and two JVMs
/// that want the same one at the same time unpack it once.
final class EngineCache {
  /// File locks belong to the whole JVM, so its threads need one of their own.
  private static final ConcurrentMap<Path, Lock> THREADS = new ConcurrentHashMap<>();

  private final Path root;

  EngineCache(Path root) {
    this.root = root.toAbsolutePath();
  }

  Path root() {
    return root;
  }

  /// Fills a new, empty folder.
  interface Filler {
    void fill(Path folder) throws IOException;
  }

  /// The folder of an entry, filled if it is not there yet. A complete entry needs no write access.
  Path entry(String name, Filler filler) {
    Path entry = root.resolve(name);
    if (Files.isDirectory(entry)) {
      return entry;
    }
    Lock threads = THREADS.computeIfAbsent(entry, _ -> new ReentrantLock());
    threads.lock();
    try {
      Files.createDirectories(root);
      try (FileChannel file = lockFile(name);
          FileLock lock = file.lock()) {
        if (!Files.isDirectory(entry)) {
          fill(entry, filler);
        }
        return entry;
      }
    } catch (IOException e) {
      throw new EngineException(
          "Cannot unpack " + name + " into " + root + ": " + e.getMessage(), e);
    } finally {
      threads.unlock();
    }
  }

  private FileChannel lockFile(String name) throws IOException {
    return FileChannel.open(
        root.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /// The lock is held, so files in the temporary folder are left from a crash.
  private void fill(Path entry, Filler filler) throws IOException {
    Path unfinished = root.resolve("." + entry.getFileName() + ".tmp");
    deleteTree(unfinished);
    Files.createDirectory(unfinished);
    try {
      filler.fill(unfinished);
      Files.move(unfinished, entry, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(unfinished);
    }
  }

  static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
