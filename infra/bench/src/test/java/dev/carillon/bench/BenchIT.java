package dev.carillon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.cli.CarillonCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The command against a real installation: whether all is counted and proved, never how fast.
final class BenchIT {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void chatIsMeasuredAndProved() throws IOException {
    int code = bench("chat", "--rate", "40,60", "--users", "8");

    assertThat(code).as(err.toString()).isZero();
    List<JsonObject> results = results();
    assertThat(results.getFirst().keySet()).contains("date", "machine", "commit");
    List<JsonObject> runs = runs(results);
    assertThat(runs).hasSize(2);
    assertThat(results.getLast().getAsJsonObject("memory").keySet())
        .contains("connection heap MiB", "message heap MiB", "mariadb anonymous MiB");
    JsonObject run = runs.getFirst();
    assertThat(run.get("system").getAsString()).isEqualTo("carillon");
    assertThat(run.get("rate").getAsDouble()).isEqualTo(40);
    assertThat(run.getAsJsonArray("broken")).isEmpty();
    assertThat(run.getAsJsonArray("remarks")).isEmpty();
    // The other's time is what counts, so each message is timed once.
    long messages = count(run, "stored");
    assertThat(messages).isBetween(10L, 120L);
    assertThat(count(run, "delivered")).isEqualTo(messages);
    assertThat(run.getAsJsonObject("cpu").keySet())
        .contains("connection", "message", "presence", "sequence", "mariadb", "redis", "etcd");
    assertThat(folder.resolve("results/chat.html"))
        .content()
        .startsWith("<!doctype html>")
        .contains("carillon");
    assertThat(file(".md"))
        .content()
        .startsWith("# carillon bench chat")
        .contains(" cores, ", "| system |");
  }

  @Test
  void servicesInOneJvmAreOneProcess() throws IOException {
    int code = bench("chat", "--together", "--rate", "40", "--users", "8");

    assertThat(code).as(err.toString()).isZero();
    assertThat(file(".md")).content().contains("every service in one JVM");
    assertThat(runs(results()).getFirst().getAsJsonObject("cpu").keySet())
        .containsExactlyInAnyOrder("services", "mariadb", "redis", "etcd");
  }

  @Test
  void usageErrorsNameTheOptionAndWhatWasExpected() {
    assertThat(bench("nonsense")).isEqualTo(2);
    assertThat(bench("chat", "--peer", "nonsense")).isEqualTo(2);
    assertThat(bench("chat", "--arrivals", "sometimes")).isEqualTo(2);
    assertThat(bench("storm", "--together")).isEqualTo(2);
    assertThat(err.toString())
        .contains("scenario: nonsense (expected: all or one of idle, signin, chat")
        .contains("--peer: nonsense (expected: all, or ejabberd")
        .contains("--arrivals: sometimes (expected: poisson or fixed)")
        .contains("--together: storm");
  }

  private int bench(String scenario, String... options) {
    System.setProperty(BenchCommand.GENERATOR, "true");
    CommandLine line = CarillonCommand.commandLine().addSubcommand(new BenchCommand());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> arguments =
        new ArrayList<>(List.of("bench", scenario, "--json", "--duration", "1s"));
    arguments.addAll(List.of("--warm-up", "1s"));
    arguments.addAll(List.of("--data", folder.toString()));
    arguments.addAll(List.of("--out", folder.resolve("results").toString()));
    arguments.addAll(List.of(options));
    return line.execute(arguments.toArray(String[]::new));
  }

  private List<JsonObject> results() throws IOException {
    List<String> lines = Files.readAllLines(file(".jsonl"));
    assertThat(out.toString().lines()).containsExactlyElementsOf(lines);
    return lines.stream().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  /// The file of the day.
  private Path file(String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("results"))) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private static List<JsonObject> runs(List<JsonObject> results) {
    return results.stream()
        .filter(result -> result.has("rate") && result.get("rate").getAsDouble() > 0)
        .toList();
  }

  private static long count(JsonObject result, String times) {
    return result.getAsJsonObject("times").getAsJsonObject(times).get("count").getAsLong();
  }
}
