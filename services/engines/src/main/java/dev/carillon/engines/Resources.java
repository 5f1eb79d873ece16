package dev.carillon.engines;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the files of this module: its own scripts, files in the engines' jars, and programs on the
/// PATH.
final class Resources {
  private Resources() {}

  /// A text file that lies beside this class.
  static String text(String name) {
    try (InputStream in = open(Resources.class.getPackageName().replace('.', '/') + "/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Any file on the class path.
  ///
  /// @throws EngineException if it is not there
  static InputStream open(String path) {
    @Nullable InputStream in = Resources.class.getClassLoader().getResourceAsStream(path);
    if (in == null) {
      throw new EngineException(
          "class path: no " + path + " (expected in a dependency of carillon-engines)");
    }
    return in;
  }

  /// An executable program in one of the folders of a PATH variable.
  static Optional<Path> onPath(String program, @Nullable String searchPath) {
    if (searchPath == null) {
      return Optional.empty();
    }
    return Arrays.stream(searchPath.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
