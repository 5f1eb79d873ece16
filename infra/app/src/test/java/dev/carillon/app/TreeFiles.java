package dev.carillon.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The files of the tree that were written by hand, by their path relative to its root.
final class TreeFiles {
  private static final Set<String> BUILT = Set.of("target", ".git", ".engines", ".carillon");

  private TreeFiles() {}

  static Path root() {
    return Path.of(System.getProperty("carillon.home", ""));
  }

  /// The text of all files whose relative path, with slashes, is wanted.
  static Map<String, String> texts(Predicate<String> wanted) {
    Path root = root();
    Map<String, String> texts = new TreeMap<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean built = BUILT.contains(String.valueOf(folder.getFileName()));
              return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              String name = root.relativize(file).toString().replace('\\', '/');
              if (wanted.test(name)) {
                texts.put(name, read(file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (MalformedInputException notText) {
      return "";
    }
  }
}
