package dev.carillon.local.supervisor;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folder of one installation: its data, its secrets, its logs, and the state of its running
/// processes. Readable by its owner only.
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

  /// One file of JSON lines for each JVM, and its other output.
  public Path logs() {
    return root.resolve("logs");
  }

  /// The data and logs of etcd, Redis and MariaDB.
  public Path engines() {
    return root.resolve("engines");
  }

  /// The state of the running installation.
  Path run() {
    return root.resolve("run");
  }

  /// The description of the running installation; exists while it is up.
  Path installation() {
    return run().resolve("installation.json");
  }

  /// The error output of the supervisor's JVM.
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
