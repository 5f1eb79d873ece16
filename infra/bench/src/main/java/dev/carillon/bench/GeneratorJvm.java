package dev.carillon.bench;

import dev.carillon.bench.machine.Jvm;
import java.io.IOException;
import java.util.List;

/// The JVM that generates the load: the one of the command line is made for short lives.
final class GeneratorJvm {
  private static final String MARK = "carillon.bench.generator";

  // Few collections, and short ones: nearly everything dies young.
  private static final List<String> OPTIONS =
      List.of("-Xms768m", "-Xmx1536m", "-Xmn512m", "-D" + MARK + "=true");

  private GeneratorJvm() {}

  /// Whether this JVM is one, or was declared to be one.
  static boolean isThis() {
    return Boolean.getBoolean(MARK);
  }

  /// Declares that this JVM is good enough, for tests.
  static void claim() {
    System.setProperty(MARK, "true");
  }

  /// Runs a command line in such a JVM, on the same standard streams.
  ///
  /// @return its exit code
  static int run(List<String> arguments) throws IOException, InterruptedException {
    // The same main class, whoever it belongs to.
    String main = System.getProperty("sun.java.command", "").split(" ", 2)[0];
    Process process =
        new ProcessBuilder(Jvm.command(OPTIONS, main, arguments)).inheritIO().start();
    Thread stop = new Thread(() -> process.destroy(), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    return process.waitFor();
  }
}
