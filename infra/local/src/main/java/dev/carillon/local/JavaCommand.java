package dev.carillon.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of a further JVM with the class path of this one.
final class JavaCommand {
  /// Small heaps that are given back when nothing happens; the whole product is to stay under 1
  /// GiB.
  private static final List<String> COMMON =
      List.of(
          "-XX:+UseCompactObjectHeaders",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=30",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "-Xss512k",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=dev/carillon/local/logback-file.xml");

  private JavaCommand() {}

  /// A JVM that holds every service.
  static List<String> everything(String main, Path log, List<String> arguments) {
    List<String> heap =
        List.of("-XX:+UseG1GC", "-Xms48m", "-Xmx512m", "-XX:G1PeriodicGCInterval=15000");
    return command(heap, main, log, arguments);
  }

  /// A JVM that holds one instance, or none.
  static List<String> one(String main, Path log, int heapMiB, List<String> arguments) {
    return command(
        List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmn16m", "-Xmx" + heapMiB + "m"),
        main,
        log,
        arguments);
  }

  private static List<String> command(
      List<String> heap, String main, Path log, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(heap);
    command.addAll(COMMON);
    command.add("-Dcarillon.log.file=" + log);
    for (String name : List.of("carillon.home", "carillon.engines.dir")) {
      String value = System.getProperty(name, "");
      if (!value.isEmpty()) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }
}
