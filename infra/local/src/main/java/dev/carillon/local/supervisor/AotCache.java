package dev.carillon.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The file from which the services' JVMs start fast: their classes loaded and linked, and the
/// profiles of an earlier run.
///
/// A JVM uses it only when its own version, its class path and its object headers are those that it
/// was made with, and starts as if there were none otherwise. It serves every collector.
final class AotCache {
  /// The system property with the path of the file that further JVMs start from; passed on to them.
  static final String PROPERTY = "carillon.services.aot";

  /// The system property with the path of the file that the next installation of this JVM is to
  /// write when it ends.
  static final String OUTPUT = "carillon.services.aot.output";

  private AotCache() {}

  /// The options with which a further JVM uses the file; none when there is no such file.
  static List<String> options() {
    String file = System.getProperty(PROPERTY, "");
    if (file.isEmpty() || isEmpty(Path.of(file))) {
      return List.of();
    }
    // Without a warning when it does not fit: standard output belongs to the program.
    return List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off", "-Xlog:cds*=off");
  }

  /// The options with which a JVM that holds every service writes the file as it ends; none when
  /// that is not asked for.
  static List<String> training() {
    String file = System.getProperty(OUTPUT, "");
    return file.isEmpty() ? List.of() : List.of("-XX:AOTCacheOutput=" + file);
  }

  private static boolean isEmpty(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (IOException none) {
      return true;
    }
  }
}
