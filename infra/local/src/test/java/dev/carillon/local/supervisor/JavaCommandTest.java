package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What further JVMs are started with.
final class JavaCommandTest {
  private final String before = System.getProperty(JavaCommand.OPTIONS, "");

  @AfterEach
  void putBack() {
    if (before.isEmpty()) {
      System.clearProperty(JavaCommand.OPTIONS);
    } else {
      System.setProperty(JavaCommand.OPTIONS, before);
    }
  }

  private static List<String> one() {
    return JavaCommand.of("-Xms1m -Xmx64m", "some.Main", Path.of("log"), List.of("argument"));
  }

  @Test
  void furtherOptionsComeAfterOursAndArePassedOn() {
    System.setProperty(JavaCommand.OPTIONS, "-XX:TieredStopAtLevel=1  -Xmx99m");
    assertThat(one())
        .containsSubsequence("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xmx99m", "some.Main")
        .contains("-D" + JavaCommand.OPTIONS + "=-XX:TieredStopAtLevel=1  -Xmx99m")
        .doesNotContain("");
  }
}
