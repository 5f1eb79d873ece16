package dev.carillon.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs [SampleMain] in a JVM of its own, as a service runs.
@Timeout(120)
final class ServiceMainIT {
  @Test
  void closesItsAppOnSigtermAndEndsWithZero() throws Exception {
    Process process = start(Map.of("CARILLON_SAMPLE_NAME", "ann"));
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      // After the app itself: until then a signal ends the JVM without a stop.
      readUntil(reader, lines, "sample started");
      // Process.destroy would close the pipe that is being read.
      process.toHandle().destroy();
      readUntil(reader, lines, null);
    }

    assertThat(process.waitFor()).isZero();
    assertThat(lines).contains("app started for ann", "app closed");
    assertThat(String.join("\n", lines)).contains("CARILLON_SAMPLE_NAME=ann");
  }

  @Test
  void namesAllBadSettingsAndEndsWithTwo() throws Exception {
    Process process =
        start(
            Map.of(
                "CARILLON_SAMPLE_NMAE", "x",
                "CARILLON_DRAIN_LIMIT", "soon",
                "CARILLON_PUSH_NOTIFY_ANYTHING", "of another service"));

    assertThat(output(process))
        .contains("CARILLON_SAMPLE_NMAE: unknown (did you mean CARILLON_SAMPLE_NAME?)")
        .contains("CARILLON_DRAIN_LIMIT: soon (expected: a duration")
        .doesNotContain("CARILLON_PUSH_NOTIFY_ANYTHING");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  @Test
  void endsWithOneWhenTheAppCannotStart() throws Exception {
    Process process = start(Map.of("CARILLON_SAMPLE_NAME", "nobody"));

    assertThat(output(process)).contains("sample could not start");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void migratesInsteadOfStarting() throws Exception {
    Process process = start(Map.of(), "migrate");

    assertThat(output(process)).contains("migrated for default").doesNotContain("app started");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void refusesArgumentsItDoesNotKnow() throws Exception {
    Process process = start(Map.of(), "mirgate");

    assertThat(output(process)).contains("sample: mirgate (expected: no arguments, or migrate)");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private static String output(Process process) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      readUntil(reader, lines, null);
    }
    return String.join("\n", lines);
  }

  private static void readUntil(BufferedReader reader, List<String> lines, @Nullable String last)
      throws IOException {
    for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (last != null && line.contains(last)) {
        return;
      }
    }
  }

  private static Process start(Map<String, String> environment, String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=logback.xml",
                SampleMain.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CARILLON_"));
    builder.environment().putAll(environment);
    return builder.start();
  }
}
