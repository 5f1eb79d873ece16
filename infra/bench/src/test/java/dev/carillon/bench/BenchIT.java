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
    int code = bench("chat", "--rate", "40", "--users", "8");

    assertThat(code).as(err.toString()).isZero();
    List<JsonObject> results = results();
    assertThat(results.getFirst().keySet()).contains("date", "machine", "commit");
    List<JsonObject> runs = results.stream().filter(result -> result.has("rate")).toList();
    assertThat(runs).hasSize(1);
    assertThat(results)
        .filteredOn(result -> result.has("heap_bytes"))
        .extracting(result -> result.get("process").getAsString())
        .containsExactlyInAnyOrder("connection", "message", "presence", "sequence");
    JsonObject run = runs.getFirst();
    assertThat(run.get("side").getAsString()).isEqualTo("carillon");
    assertThat(run.get("rate").getAsDouble()).isEqualTo(40);
    assertThat(run.get("clean").getAsBoolean()).isTrue();
    assertThat(run.get("violations").getAsLong()).isZero();
    long messages = run.get("messages").getAsLong();
    assertThat(messages).isBetween(10L, 120L);
    // Each one reached the other and came back to its sender; the other's time is what counts.
    assertThat(run.get("deliveries").getAsLong()).isEqualTo(2 * messages);
    assertThat(count(run, "stored_ms")).isEqualTo(messages);
    assertThat(count(run, "delivered_ms")).isEqualTo(messages);
    assertThat(run.getAsJsonObject("cpu_us_per_message_of").keySet())
        .contains("connection", "message", "presence", "sequence", "mariadb", "redis", "etcd");
    assertThat(folder.resolve("results/chat.html"))
        .content()
        .startsWith("<!doctype html>")
        .contains("carillon");
    assertThat(folder.resolve("results/results.md"))
        .content()
        .startsWith("\ncarillon bench chat")
        .contains(" cores, ", "| side |");
  }

  @Test
  void servicesInOneJvmAreOneProcess() throws IOException {
    int code = bench("chat", "--together", "--rate", "40", "--users", "8");

    assertThat(code).as(err.toString()).isZero();
    assertThat(results().getFirst().get("together").getAsBoolean()).isTrue();
    assertThat(results())
        .filteredOn(result -> result.has("heap_bytes"))
        .extracting(result -> result.get("process").getAsString())
        .containsExactly("services");
    JsonObject run =
        results().stream().filter(result -> result.has("rate")).findFirst().orElseThrow();
    assertThat(run.get("clean").getAsBoolean()).isTrue();
    assertThat(run.getAsJsonObject("cpu_us_per_message_of").keySet())
        .containsExactlyInAnyOrder("services", "mariadb", "redis", "etcd");
  }

  private int bench(String scenario, String... options) {
    GeneratorJvm.claim();
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
    List<String> lines = Files.readAllLines(folder.resolve("results/results.jsonl"));
    assertThat(out.toString().lines()).containsExactlyElementsOf(lines);
    return lines.stream().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  private static long count(JsonObject result, String times) {
    return result.getAsJsonObject(times).get("count").getAsLong();
  }
}
