package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
  void whatMavenStartsDoesNotHoldTheLock() throws Exception {
    executable(
        "bin/mvn",
        "#!/bin/sh\necho here is Maven\n[ ! -e /proc/$$/fd/9 ] || echo holds the lock\n");
    test();
    assertThat(said()).contains("here is Maven").doesNotContain("holds the lock");
  }

  private int test() throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder("./carillon", "test")
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
