package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A running [IdleMain], which ends with this process.
final class IdleProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  private IdleProcess(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
  }

  /// Starts it; its devices begin to sign in.
  static IdleProcess start(IdleMain.Part part) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx384m",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                IdleMain.class.getName()));
    command.addAll(part.arguments());
    try {
      return new IdleProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a further generator", e);
    }
  }

  /// Reconnects, with how many seconds it took, when every device is in.
  double awaitSignIns() {
    return Double.parseDouble(answer());
  }

  /// Connections that ended by themselves; empty: none.
  String losses() {
    try {
      questions.write('\n');
      questions.flush();
      return answer();
    } catch (IOException e) {
      throw new UncheckedIOException("a generator is gone", e);
    }
  }

  private String answer() {
    try {
      @Nullable String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("a generator ended, see above");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException("a generator is gone", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
