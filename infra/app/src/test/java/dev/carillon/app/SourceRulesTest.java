package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The sources of the whole tree keep the house rules, and each rule is seen to notice what breaks
/// it. What breaks a rule here (a sleep, a test that is off) stands in a text that is judged, and
/// never runs.
final class SourceRulesTest {
  private static final String FILE = "services/bell/src/main/java/dev/carillon/bell/Bell.java";
  private static final String PACKAGE_INFO =
      "/// Bells.\n@NullMarked\npackage dev.carillon.bell;\n";
  private static final String TEST = "services/bell/src/test/java/dev/carillon/bell/BellTest.java";

  @Test
  void everySourceKeepsTheHouseRules() {
    Map<String, String> sources = sources();
    assertThat(modules(sources))
        .contains("services/runtime", "services/message", "clients/java", "infra/local");
    HouseRuleExceptions.requireNoneBut(SourceRules.problems(sources), SourceRules.NAMES);
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
  void noticesAClockThatIsNotPassedIn() {
    String expected = "clock: line 3 reads a clock (expected: one that is passed in)";
    for (String clock :
        List.of("long at = System.nanoTime();", "LongSupplier at = System::currentTimeMillis;")) {
      assertThat(problems("/// A bell.\nfinal class Bell {\n  " + clock + "\n}\n"))
          .containsExactly(expected);
    }
    assertThat(problems("/// A bell.\nfinal class Bell {\n  { LockSupport.parkNanos(1); }\n}\n"))
        .containsExactly("clock: line 3 parks (expected: to wait for something)");
  }

  @Test
  void noticesALargePackage() {
    Map<String, String> sources = new TreeMap<>();
    sources.put(FILE.replace("Bell.java", "package-info.java"), PACKAGE_INFO);
    for (int i = 0; i < 31; i++) {
      String name = "Bell" + i;
      sources.put(FILE.replace("Bell", name), "/// A bell.\nfinal class " + name + " {}\n");
    }
    assertThat(SourceRules.problems(sources))
        .extracting(SourceProblem::what)
        .containsExactly("files: 31 (expected: at most 30)");
  }

  @Test
  void noticesAFakeWithoutItsContract() {
    String file = TEST.replace("BellTest", "FakeBell");
    String fake = "/// A bell in memory.\nfinal class FakeBell {}\n";
    assertThat(SourceRules.problems(Map.of(file, fake)))
        .extracting(SourceProblem::rule)
        .containsExactly("fake");
    String test = "/// A test.\nfinal class BellTest extends BellContract {\n  FakeBell bell;\n}\n";
    assertThat(SourceRules.problems(Map.of(file, fake, TEST, test))).isEmpty();
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
    Map<String, String> sources =
        Map.of(FILE, text, FILE.replace("Bell.java", "package-info.java"), PACKAGE_INFO);
    return SourceRules.problems(sources).stream()
        .map(problem -> problem.rule() + ": " + problem.what())
        .toList();
  }

  private static Set<String> modules(Map<String, String> sources) {
    Set<String> modules = new TreeSet<>();
    sources.keySet().stream()
        .map(file -> file.substring(0, file.indexOf("/src/")))
        .forEach(modules::add);
    return modules;
  }

  private static Map<String, String> sources() {
    return TreeFiles.texts(name -> name.endsWith(".java") && name.contains("/src/"));
  }
}
