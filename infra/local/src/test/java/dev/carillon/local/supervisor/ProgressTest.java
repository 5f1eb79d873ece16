package dev.carillon.local.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.local.supervisor.Progress.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The lines between the supervisor and the `up` that started it.
final class ProgressTest {
  @ParameterizedTest
  @EnumSource(Kind.class)
  void arrivesAsItWasToldOnOneLine(Kind kind) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Progress told = new Progress(kind, "first line\n  second line");
    told.write(new PrintStream(bytes, true, UTF_8));
    String line = bytes.toString(UTF_8);
    assertThat(line.lines()).hasSize(1);
    assertThat(Progress.parse(line.strip())).contains(told);
  }

  @Test
  void passesOverLinesOfOthers() {
    assertThat(Progress.parse("WARNING: something from the JVM")).isEmpty();
    assertThat(Progress.parse("")).isEmpty();
  }

  @Test
  void tellsSecondsForPeople() {
    assertThat(Progress.seconds(Duration.ofMillis(1_234))).isEqualTo("1.2 s");
  }
}
