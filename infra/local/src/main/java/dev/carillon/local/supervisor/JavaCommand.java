package dev.carillon.local.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The command line of a further JVM with the class path of this one.
final class JavaCommand {
  /// The system property with further JVM options, separated by blanks; passed on to further JVMs.
  static final String OPTIONS = "carillon.services.options";

  /// The system properties that a JVM passes on to the JVMs that it starts.
  private static final List<String> PASSED_ON =
      List.of("carillon.home", "carillon.engines.dir", OPTIONS);

  /// Small heaps that are given back when the JVM is idle; the whole product is to stay under 1
  /// GiB.
  private static final String COMMON =
      """
      -XX:+UseCompactObjectHeaders
      -XX:MinHeapFreeRatio=10
      -XX:MaxHeapFreeRatio=30
      -XX:+ExitOnOutOfMemoryError
      -XX:-UsePerfData
      -Xss512k
      --enable-native-access=ALL-UNNAMED
      --sun-misc-unsafe-memory-access=allow
      -Dlogback.configurationFile=dev/carillon/local/logback-file.xml
      """;

  /// The heap of a JVM that holds every service.
  static final String HEAP_OF_ALL = "-XX:+UseG1GC -Xms48m -Xmx512m -XX:G1PeriodicGCInterval=15000";

  /// The heap of a JVM that holds one instance, or none, but for its size.
  static final String SMALL_HEAP = "-XX:+UseSerialGC -Xms32m -Xmn16m ";

  private JavaCommand() {}

  /// The command line.
  ///
  /// @param options those of its heap
  static List<String> of(String options, String main, Path log, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream.of(options, COMMON, System.getProperty(OPTIONS, ""))
        .flatMap(all -> Arrays.stream(all.split("\\s+", -1)))
        .filter(option -> !option.isEmpty())
        .forEach(command::add);
    command.add("-Dcarillon.log.file=" + log);
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
}
