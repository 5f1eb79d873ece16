package dev.carillon.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.bench.load.Latencies.Percentiles;
import dev.carillon.report.About;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultsTest {
  private static final About ABOUT = new About("2026-12-01T10:00Z", "a machine", "a JDK", "abc");

  @TempDir private Path folder;
  private final List<String> out = new ArrayList<>();

  @Test
  void theFileOfTheDayBeginsWithWhereItComesFromAndHasOneTableForAnyScenario() throws IOException {
    Results results = results();
    results.begin("carillon bench all", false);
    results.add(measurement(500, 1));
    results.add(new Measurement("chat", "carillon", 1).part("memory").memory("m MiB", 7));
    results.finish("chat");

    List<String> lines = Files.readAllLines(folder.resolve("2026-12-01.md"));
    assertThat(lines)
        .startsWith("# carillon bench all", "", "2026-12-01T10:00Z, a machine, a JDK, commit abc")
        .contains("| carillon | 500/s | 1 | 2.00 | 3.00 | 4.00 | 5.00 | 7.00 | ok |")
        .contains("| carillon | m MiB | 7.00 |");
  }

  @Test
  void whatAnEarlierRunOfTheDayWroteStays() throws IOException {
    results().begin("the first", false);
    results().begin("the second", false);

    assertThat(folder.resolve("2026-12-01.md")).content().contains("the first", "the second");
  }

  @Test
  void aMeasurementIsOneLineOfJson() throws IOException {
    Results results = results();
    results.add(measurement(500, 2).broken("1 LOST").worthless("late"));

    String line = Files.readString(folder.resolve("2026-12-01.jsonl"));
    JsonObject json = JsonParser.parseString(line).getAsJsonObject();
    assertThat(json.get("pair").getAsInt()).isEqualTo(2);
    assertThat(json.getAsJsonObject("times").getAsJsonObject("stored").get("p99").getAsDouble())
        .isEqualTo(3);
    assertThat(json.getAsJsonArray("broken")).hasSize(1);
  }

  @Test
  void linesStayReadableWhateverWasMeasured() throws IOException {
    Results results = results();
    Measurement measurement =
        measurement(500, 1).time("delivered", times()).broken("lost ".repeat(99));
    for (int i = 0; i < 9; i++) {
      measurement.figure("a figure with a long name " + i, i);
    }
    results.add(measurement);
    results.finish("chat");

    assertThat(Files.readAllLines(folder.resolve("2026-12-01.md")))
        .allMatch(line -> line.length() <= 160)
        .anyMatch(line -> line.endsWith("| see below |"))
        .anyMatch(line -> line.startsWith("- carillon, 500/s, pair 1: FAIL: lost lost"));
  }

  @Test
  void aBrokenPromiseCountsInAVoidRunAsWellButNotThatOfAPeer() {
    Results results = results();
    results.add(measurement(500, 1).broken("1 LOST").worthless("late"));

    assertThat(results.notKept(List.of("another"))).isNotEmpty();
    assertThat(results.notKept(List.of("carillon"))).isEmpty();
  }

  @Test
  void severalRatesAreDrawn() {
    Results results = results();
    results.add(measurement(500, 1).time("delivered", times()));
    results.add(measurement(900, 1).time("delivered", times()));
    results.finish("chat");

    assertThat(folder.resolve("chat.html")).content().contains("delivered p99 ms");
  }

  private Results results() {
    return new Results(folder, ABOUT, false, out::add, out::add);
  }

  private static Measurement measurement(double rate, int pair) {
    return new Measurement("chat", "carillon", pair)
        .rate(rate)
        .time("stored", times())
        .figure("load", 7);
  }

  private static Percentiles times() {
    return new Percentiles(100, 2, 2.5, 3, 4, 5);
  }
}
