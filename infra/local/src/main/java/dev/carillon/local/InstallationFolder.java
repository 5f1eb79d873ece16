package dev.carillon.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folder that one installation lives in: its data, its secrets, its logs, and what is known of
/// its running processes. Readable by its owner only.
///
/// @param root absolute
public record InstallationFolder(Path root) {
  public InstallationFolder {
    root = root.toAbsolutePath().normalize();
  }

  /// Token keys and passwords, made at the first start.
  public Path secrets() {
    return root.resolve("secrets");
  }

  /// One file of JSON lines for each JVM, and what it wrote besides.
  public Path logs() {
    return root.resolve("logs");
  }

  /// What etcd, Redis and MariaDB keep.
  public Path engines() {
    return root.resolve("engines");
  }

  /// What is known of the running installation.
  Path run() {
    return root.resolve("run");
  }

  /// Tells where everything is; there while the installation is up.
  Path installation() {
    return run().resolve("installation.json");
  }

  /// What the supervisor's JVM itself says, and what it says last if it cannot go on.
  Path supervisorOutput() {
    return logs().resolve("supervisor.out");
  }

  /// Makes the folder and its subfolders where they are missing.
  public void create() throws IOException {
    Path parent = root.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    for (Path folder : new Path[] {root, secrets(), logs(), engines(), run()}) {
      try {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(folder)) {
          throw e;
        }
      }
    }
  }

  /// Removes the folder with everything in it; nothing may run there.
  public void delete() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(root)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
