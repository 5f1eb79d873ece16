package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The sources of the whole tree keep the house rules, and each rule is seen to notice what breaks
/// it.
final class SourceRulesTest {
  private static final String FILE = "services/bell/src/main/java/dev/carillon/bell/Bell.java";
  private static final String TEST = "services/bell/src/test/java/dev/carillon/bell/BellTest.java";

  @Test
  void everySourceKeepsTheHouseRules() {
    Map<String, String> sources = sources();
    assertThat(modules(sources))
        .contains("services/runtime", "services/message", "clients/java", "infra/local");
    Set<String> exceptions = exceptions();
    Set<String> used = new TreeSet<>();
    List<SourceProblem> broken = new ArrayList<>();
    for (SourceProblem problem : SourceRules.problems(sources)) {
      String key = problem.rule() + " " + problem.file();
      if (exceptions.contains(key)) {
        used.add(key);
      } else {
        broken.add(problem);
      }
    }
    assertThat(broken).isEmpty();
    assertThat(used).as("exceptions that are needed").isEqualTo(exceptions);
  }

  @Test
  void acceptsASourceThatKeepsTheRules() {
    assertThat(problems("/// A bell.\nfinal class Bell {}\n")).isEmpty();
  }

  @Test
  void noticesALongFile() {
    assertThat(problems("/// A bell.\nfinal class Bell {\n" + "\n".repeat(398) + "}\n"))
        .containsExactly("file-length: lines: 401 (expected: at most 400)");
  }

  @Test
  void noticesALongMethod() {
    String method = "  void ring() {\n" + "    toll();\n".repeat(31) + "  }\n";
    assertThat(problems("/// A bell.\nfinal class Bell {\n" + method + "}\n"))
        .containsExactly("method-length: Bell.ring: 31 lines (expected: at most 30)");
  }

  @Test
  void noticesAConstructorOfManyParameters() {
    String eight = "int a, int b, int c, int d, int e, int f, int g, int h";
    assertThat(problems("/// A bell.\nfinal class Bell {\n  Bell(" + eight + ") {}\n}\n"))
        .containsExactly("parameters: Bell takes 8 (expected: at most 7)");
    assertThat(problems("/// A bell.\nrecord Bell(" + eight + ") {}\n")).isEmpty();
  }

  @Test
  void noticesATypeWithoutASentence() {
    String expected = "(expected: one sentence in /// saying what it is)";
    assertThat(problems("final class Bell {}\n")).containsExactly("type-comment: Bell " + expected);
    assertThat(problems("/// A bell.\nfinal class Bell {\n  record Tone() {}\n}\n"))
        .containsExactly("type-comment: Tone " + expected);
    assertThat(problems("/// A bell.\nfinal class Bell {\n  private record Tone() {}\n}\n"))
        .isEmpty();
  }

  @Test
  void noticesCommentsOfTheOldKind() {
    assertThat(
            problems(
                "/// A bell.\nfinal class Bell {\n  /" + "** Rings. */\n  void ring() {}\n}\n"))
        .containsExactly("comment: line 3 (expected: ///)");
  }

  @Test
  void noticesNamesThatSayNothing() {
    assertThat(problems("/// A bell.\nfinal class BellManager {}\n"))
        .containsExactly("name: BellManager (expected: a name for what it is)");
  }

  @Test
  void noticesSleep() {
    assertThat(
            problems(
                "/// A bell.\nfinal class Bell {\n  void ring() {\n    Thread.sleep(1);\n  }\n}\n"))
        .containsExactly("sleep: line 4 sleeps (expected: to wait for something)");
  }

  @Test
  void noticesWorkLeftForLater() {
    assertThat(problems("/// A bell.\nfinal class Bell {} // TO" + "DO louder\n"))
        .containsExactly("unfinished: line 2 leaves work for later");
  }

  @Test
  void noticesTestsThatAreOffOrRenamed() {
    String test =
        """
        /// A test.
        final class BellTest {
          @Disabled
          @DisplayName("x")
          void rings() {}
        }
        """;
    assertThat(SourceRules.problems(Map.of(TEST, test)).stream().map(SourceProblem::what))
        .containsExactly("line 3 uses @Disabled", "line 4 uses @DisplayName");
  }

  @Test
  void noticesAPackageWithoutASentenceOrNullness() {
    assertThat(SourceRules.problems(Map.of(FILE, "/// A bell.\nfinal class Bell {}\n")))
        .extracting(SourceProblem::rule)
        .containsExactly("package");
  }

  private static List<String> problems(String text) {
    String packageInfo = "/// Bells.\n@NullMarked\npackage dev.carillon.bell;\n";
    Map<String, String> sources =
        Map.of(FILE, text, FILE.replace("Bell.java", "package-info.java"), packageInfo);
    return SourceRules.problems(sources).stream()
        .map(problem -> problem.rule() + ": " + problem.what())
        .toList();
  }

  /// The exceptions as `rule file`; each line of the list goes on with its reason.
  private static Set<String> exceptions() {
    Path list = root().resolve("infra/app/src/test/resources/house-rules-exceptions.txt");
    try (Stream<String> lines = Files.lines(list)) {
      Set<String> found = new TreeSet<>();
      lines
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> {
            String[] parts = line.split(" ", 3);
            assertThat(parts).as("rule, file and reason of an exception").hasSize(3);
            found.add(parts[0] + " " + parts[1]);
          });
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> modules(Map<String, String> sources) {
    Set<String> modules = new TreeSet<>();
    sources.keySet().stream()
        .map(file -> file.substring(0, file.indexOf("/src/")))
        .forEach(modules::add);
    return modules;
  }

  private static Map<String, String> sources() {
    Path root = root();
    Map<String, String> sources = new TreeMap<>();
    for (String part : List.of("proto", "services", "clients", "infra")) {
      try {
        Files.walkFileTree(root.resolve(part), new SourceCollector(root, sources));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }

  private static Path root() {
    return Path.of(System.getProperty("carillon.home", ""));
  }

  /// Takes what was written by hand and leaves what was built.
  private static final class SourceCollector extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Map<String, String> sources;

    private SourceCollector(Path root, Map<String, String> sources) {
      this.root = root;
      this.sources = sources;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      boolean built = folder.getFileName().toString().equals("target");
      return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (file.toString().endsWith(".java")) {
        sources.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
