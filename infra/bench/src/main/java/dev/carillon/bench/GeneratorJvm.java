package dev.carillon.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The JVM that generates the load: the one of the command line is made for short lives.
public final class GeneratorJvm {
  private static final String MARK = "carillon.bench.generator";

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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Few collections, and short ones: nearly everything dies young.
    command.addAll(List.of("-XX:+UseSerialGC", "-Xms768m", "-Xmx1536m", "-Xmn512m"));
    command.addAll(List.of("-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-D" + MARK + "=true");
    for (String name : List.of("carillon.home", "carillon.engines.dir")) {
      String value = System.getProperty(name, "");
      if (!value.isEmpty()) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    // The same main class, whoever it belongs to.
    command.add(System.getProperty("sun.java.command", "").split(" ", 2)[0]);
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Thread stop = new Thread(() -> process.destroy(), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    return process.waitFor();
  }
}
