import static java.nio.file.FileVisitResult.CONTINUE;
import static java.nio.file.FileVisitResult.SKIP_SUBTREE;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The format check of the build, one JVM for the whole tree; run from the source by the root pom.
///
/// Arguments: `check` or `fix`, the root of the tree, and the stamp file. Only sources newer than
/// the stamp are looked at, so that a build without changes costs nothing.
final class Format {
  private final boolean fix;
  private final Path root;
  private final Path stamp;

  private Format(boolean fix, Path root, Path stamp) {
    this.fix = fix;
    this.root = root;
    this.stamp = stamp;
  }

  public static void main(String[] args) throws IOException {
    boolean fix =
        switch (args[0]) {
          case "fix" -> true;
          case "check" -> false;
          default ->
              throw new IllegalArgumentException(
                  "format: " + args[0] + " (expected: check or fix)");
        };
    System.exit(new Format(fix, Path.of(args[1]), Path.of(args[2])).run());
  }

  private int run() throws IOException {
    Instant started = Instant.now();
    List<Path> wrong = sources().parallelStream().filter(this::isWrong).sorted().toList();
    if (!fix && !wrong.isEmpty()) {
      wrong.forEach(file -> System.err.println("not formatted: " + root.relativize(file)));
      System.err.println("./carillon format puts that right");
      return 1;
    }
    wrong.forEach(file -> System.out.println("formatted: " + root.relativize(file)));
    Files.createDirectories(stamp.getParent());
    Files.write(stamp, new byte[0]);
    Files.setLastModifiedTime(stamp, FileTime.from(started));
    return 0;
  }

  private List<Path> sources() throws IOException {
    FileTime since =
        Files.exists(stamp) ? Files.getLastModifiedTime(stamp) : FileTime.fromMillis(0);
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean skipped =
                name.equals("target") || (name.startsWith(".") && !name.equals(".mvn"));
            return skipped && !folder.equals(root) ? SKIP_SUBTREE : CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")
                && attributes.lastModifiedTime().compareTo(since) >= 0) {
              found.add(file);
            }
            return CONTINUE;
          }
        });
    return found;
  }

  private boolean isWrong(Path file) {
    try {
      String source = Files.readString(file);
      String formatted = new Formatter().formatSourceAndFixImports(source);
      if (formatted.equals(source)) {
        return false;
      }
      if (fix) {
        Files.writeString(file, formatted);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (FormatterException e) {
      throw new IllegalStateException(root.relativize(file) + ": " + e.getMessage(), e);
    }
  }
}
