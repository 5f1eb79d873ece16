package dev.carillon.bench.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// A further JVM of this JDK, with the class path of this one, that prints a line when it is ready
/// and another one for each line that it is sent. It ends with its standard input, and so with this
/// process.
public final class Jvm implements AutoCloseable {
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");
  private static final List<String> PASSED_ON = List.of("carillon.home", "carillon.engines.dir");

  private final Process process;
  private final PrintStream questions;
  private final Iterator<String> answers;

  private Jvm(Process process) {
    this.process = process;
    this.questions = new PrintStream(process.getOutputStream(), true, UTF_8);
    this.answers = process.inputReader(UTF_8).lines().iterator();
  }

  /// The command line of such a JVM.
  ///
  /// @param options further ones, such as the size of the heap
  public static List<String> command(List<String> options, String main, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Jcmd.tool("java")));
    command.addAll(OPTIONS);
    command.addAll(options);
    for (String name : PASSED_ON) {
      String value = System.getProperty(name, "");
      if (!value.isEmpty()) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }

  /// Starts one.
  public static Jvm start(List<String> options, Class<?> main, String... arguments) {
    List<String> command = command(options, main.getName(), List.of(arguments));
    try {
      return new Jvm(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a further JVM", e);
    }
  }

  /// The process.
  public long pid() {
    return process.pid();
  }

  /// Waits for its next line.
  public String answer() {
    if (!answers.hasNext()) {
      throw new IllegalStateException("a further JVM ended, see above");
    }
    return answers.next();
  }

  /// Sends it a line and waits for its answer.
  public String ask() {
    questions.println();
    return answer();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
