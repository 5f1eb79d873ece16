package dev.carillon.bench.report;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Where and when results come from: a figure without it is worth nothing.
///
/// @param date when, UTC
/// @param machine processor, cores, memory, kernel
/// @param java the JDK
/// @param commit of the clone; empty when there is none
public record About(String date, String machine, String java, String commit) {
  private static final long GIBIBYTE = 1L << 30;

  /// What is so here and now.
  ///
  /// @param clone the folder of the clone
  public static About now(Instant now, Path clone) {
    return new About(
        now.truncatedTo(ChronoUnit.MINUTES).toString(),
        "%s, %d cores, %s, %s %s"
            .formatted(
                value("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                System.getProperty("os.name"),
                System.getProperty("os.version")),
        System.getProperty("java.vendor.version") + ", " + System.getProperty("java.version"),
        commit(clone));
  }

  private static String memory() {
    String digits = value("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    long bytes = digits.isEmpty() ? 0 : Long.parseLong(digits) << 10;
    return (bytes + GIBIBYTE / 2) / GIBIBYTE + " GiB";
  }

  private static String value(String file, String name) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String commit(Path clone) {
    try {
      Process git =
          new ProcessBuilder("git", "-C", clone.toString(), "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException noGit) {
      return "";
    }
  }

  /// For programs.
  public JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("date", date);
    json.addProperty("machine", machine);
    json.addProperty("java", java);
    json.addProperty("commit", commit);
    return json;
  }

  /// For people.
  @Override
  public String toString() {
    return date + ", " + machine + ", " + java + (commit.isEmpty() ? "" : ", commit " + commit);
  }
}
