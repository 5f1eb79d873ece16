package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The root script, in a folder of its own with a Maven that does what the test says.
final class ScriptTest {
  private static final String REPORT =
      "<testsuite xmlns:xsi=\"x\" name=\"ATest\" time=\"0.1\" tests=\"3\" errors=\"0\""
          + " skipped=\"1\" failures=\"0\">\n";

  @TempDir Path clone;

  @BeforeEach
  void copyTheScript() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("carillon"))) {
      root = Objects.requireNonNull(root.getParent());
    }
    executable("carillon", Files.readString(root.resolve("carillon")));
    Files.createDirectory(clone.resolve("infra"));
    executable("infra/test.sh", Files.readString(root.resolve("infra/test.sh")));
    Files.createDirectory(clone.resolve("bin"));
  }

  @Test
  void aRunInWhichNoTestPassedHasFailed() throws Exception {
    executable("bin/mvn", "#!/bin/sh\nexit 0\n");
    assertThat(test()).isEqualTo(1);
    assertThat(said()).contains("0 passed, 0 failed, 0 skipped").contains("the checks failed");
  }

  @Test
  void aRunInWhichTestsPassedHasNot() throws Exception {
    executable(
        "bin/mvn",
        """
        #!/bin/sh
        mkdir -p module/target/surefire-reports
        echo '%s' >module/target/surefire-reports/TEST-a.xml
        """
            .formatted(REPORT.strip()));
    assertThat(test()).as(said()).isZero();
    assertThat(said()).contains("2 passed, 0 failed, 1 skipped");
  }

  @Test
  void aTestThatFailsIsPrintedAndOneThatPassesIsNot() throws Exception {
    executable(
        "bin/mvn",
        """
        #!/bin/sh
        mkdir -p module/target/surefire-reports
        cd module/target/surefire-reports
        echo '<testsuite name="Bad" time="1" tests="1" errors="0" skipped="0" failures="1"><failure/>' >TEST-Bad.xml
        echo '<testsuite name="Good" time="1" tests="1" errors="0" skipped="0" failures="0">' >TEST-Good.xml
        echo 'the trace of the failure' >Bad.txt
        echo 'what the bad one printed' >Bad-output.txt
        echo 'what the good one printed' >Good-output.txt
        exit 1
        """);
    assertThat(test()).isEqualTo(1);
    assertThat(said())
        .contains("1 passed, 1 failed, 0 skipped")
        .contains("the trace of the failure", "what the bad one printed")
        .doesNotContain("what the good one printed");
  }

  @Test
  void anUnknownArgumentIsAUsageError() throws Exception {
    executable("bin/mvn", "#!/bin/sh\nexit 0\n");
    assertThat(test("--some")).isEqualTo(2);
    assertThat(said()).contains("unknown arguments: --some (expected: nothing, or --all)");
  }

  @Test
  void whatMavenStartsDoesNotHoldTheLock() throws Exception {
    executable(
        "bin/mvn",
        "#!/bin/sh\necho here is Maven\n[ ! -e /proc/$$/fd/9 ] || echo holds the lock\n");
    test();
    assertThat(clone.resolve("target/test/tests.log"))
        .content()
        .contains("here is Maven")
        .doesNotContain("holds the lock");
  }

  private int test(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("./carillon", "test"));
    line.addAll(List.of(arguments));
    ProcessBuilder command =
        new ProcessBuilder(line)
            .directory(clone.toFile())
            .redirectErrorStream(true)
            .redirectOutput(clone.resolve("said").toFile());
    command
        .environment()
        .merge("PATH", clone.resolve("bin").toString(), (old, ours) -> ours + ":" + old);
    command.environment().put("CARILLON_JAVA_HOME", System.getProperty("java.home"));
    return command.start().waitFor();
  }

  private String said() throws IOException {
    return Files.readString(clone.resolve("said"), StandardCharsets.UTF_8);
  }

  private void executable(String name, String text) throws IOException {
    Path file = Files.writeString(clone.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
