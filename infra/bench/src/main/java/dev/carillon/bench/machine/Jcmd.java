package dev.carillon.bench.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks other JVMs of this account by the JDK's `jcmd`.
public final class Jcmd {
  private static final int COLLECTIONS = 3;
  private static final Pattern USED = Pattern.compile("used (\\d+)([KMG])");

  private Jcmd() {}

  /// Whether a process is a JVM, which can be asked.
  public static boolean isJvm(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .filter(command -> command.endsWith("/java"))
        .isPresent();
  }

  /// Runs a diagnostic command in a JVM and returns what it says.
  ///
  /// @throws IllegalStateException when the JVM refuses or is gone
  public static String run(long pid, String... command) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of(tool("jcmd"), Long.toString(pid)));
    line.addAll(List.of(command));
    return output(line);
  }

  /// Runs a tool of this JVM's JDK and returns what it says.
  static String output(List<String> line) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", line) + ": " + output.strip());
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + line.getFirst(), e);
    }
  }

  static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /// What the heaps of JVMs hold after three full collections each, in bytes.
  public static long heapAfterCollection(List<Long> pids) throws InterruptedException {
    long bytes = 0;
    for (long pid : pids) {
      for (int i = 0; i < COLLECTIONS; i++) {
        run(pid, "GC.run");
      }
      bytes += usedBytes(run(pid, "GC.heap_info"));
    }
    return bytes;
  }

  /// The sum over the generations; what is not heap is left out.
  static long usedBytes(String heapInfo) {
    long bytes = 0;
    for (String line : heapInfo.lines().toList()) {
      Matcher used = USED.matcher(line);
      boolean heap = !line.contains("Metaspace") && !line.contains("class space");
      if (heap && used.find()) {
        bytes += Long.parseLong(used.group(1)) << (10 * (1 + "KMG".indexOf(used.group(2))));
      }
    }
    return bytes;
  }
}
