package dev.carillon.report;

import com.google.gson.Gson;
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
  /// What is so here and now.
  ///
  /// @param clone the folder of the clone
  public static About now(Instant now, Path clone) {
    String kibibytes = value("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    return new About(
        now.truncatedTo(ChronoUnit.MINUTES).toString(),
        "%s, %d cores, %.0f GiB, %s %s"
            .formatted(
                value("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                kibibytes.isEmpty() ? 0 : Double.parseDouble(kibibytes) / (1 << 20),
                System.getProperty("os.name"),
                System.getProperty("os.version")),
        System.getProperty("java.vendor.version") + ", " + System.getProperty("java.version"),
        commit(clone));
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
    return new Gson().toJsonTree(this).getAsJsonObject();
  }

  /// For people.
  @Override
  public String toString() {
    return date + ", " + machine + ", " + java + (commit.isEmpty() ? "" : ", commit " + commit);
  }
}
