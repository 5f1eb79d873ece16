package dev.carillon.bench.measurement;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.carillon.report.About;
import dev.carillon.report.Numbers;
import dev.carillon.report.RateChart;
import dev.carillon.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where measurements go: lines to the terminal, and files to a folder.
///
/// The folder gets a file of the day with tables, such as `2026-12-01.md`; one with a JSON object
/// for each measurement, `2026-12-01.jsonl`; a page with charts for each scenario that has several
/// rates; and whatever else a scenario makes. What an earlier run wrote on that day stays.
public final class Results {
  private static final Gson JSON = new GsonBuilder().serializeSpecialFloatingPointValues().create();

  private static final List<String> DRAWN =
      List.of("delivered p99 ms", "answered p99 ms", "CPU us each");
  private static final int COLUMNS_WIDTH = 100;
  private static final Pattern LONG = Pattern.compile("\\S.{0,148}(?!\\S)|\\S+");

  private final Path folder;
  private final About about;
  private final boolean json;
  private final Consumer<String> out;
  private final Consumer<String> progress;
  private final List<Measurement> all = new ArrayList<>();
  private boolean quick;

  /// Results into a folder, which is created.
  ///
  /// @param about where and when they come from
  /// @param json whether the terminal gets the JSON lines, and nothing else on standard output
  /// @param out prints a line of results
  /// @param progress prints a line that tells what is going on
  public Results(
      Path folder, About about, boolean json, Consumer<String> out, Consumer<String> progress) {
    this.folder = folder;
    this.about = about;
    this.json = json;
    this.out = out;
    this.progress = progress;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  /// The folder that files go to.
  public Path folder() {
    return folder;
  }

  /// Begins a run: what was asked for, and where and when.
  ///
  /// @param isQuick whether it is only to show that everything works
  public void begin(String title, boolean isQuick) {
    quick = isQuick;
    append(".md", Stream.of("# " + title, "", about.toString()));
    JsonObject run = about.json();
    run.addProperty("run", title);
    appendJson(run);
    if (!json) {
      out.accept(title + ", " + about);
    }
  }

  /// Tells what is going on.
  public void step(String text) {
    progress.accept(text);
  }

  /// Something said about the results, for people.
  public void say(String text) {
    append(".md", Stream.concat(Stream.of(""), text.lines().flatMap(Results::wrapped)));
    if (!json) {
      out.accept(text);
    }
  }

  /// A line of Markdown in lines that stay readable.
  private static Stream<String> wrapped(String line) {
    return LONG.matcher(line).results().map(part -> part.group().strip());
  }

  /// Takes a measurement in.
  public void add(Measurement measurement) {
    all.add(measurement);
    appendJson(measurement);
    step(measurement.toString());
  }

  /// Where a promise was not kept, void measurements included; and in a quick look, at rates that
  /// everybody bears, where not all that was asked for was done.
  ///
  /// @param peers whose promises are not ours
  public List<String> notKept(List<String> peers) {
    return all.stream()
        .filter(
            one -> (!one.isKept() && !peers.contains(one.system)) || (quick && !one.isComplete()))
        .map(one ->
            "%s, %s, %s, pair %d: %s"
                .formatted(one.scenario, one.system, one.load(), one.pair, one.verdict()))
        .toList();
  }

  /// The measurements of a scenario.
  public List<Measurement> of(String scenario) {
    return all.stream().filter(one -> one.scenario.equals(scenario)).toList();
  }

  /// Writes the tables of a scenario, the ratios of the first system to each other, and the page.
  public void finish(String scenario) {
    List<Measurement> done = of(scenario);
    rows(scenario, done);
    List<Measurement> valid = done.stream().filter(one -> !one.isVoid()).toList();
    table(scenario + ": CPU us each, by process", byProcess(valid, one -> one.cpu));
    table(scenario + ": memory", byProcess(valid, one -> one.memory));
    List<String> systems = done.stream().map(one -> one.system).distinct().toList();
    for (String other : systems.stream().skip(1).toList()) {
      table(
          scenario
              + ": "
              + systems.getFirst()
              + " / "
              + other
              + ", median of the pairs (least to greatest), void and incomplete ones left out",
          Summary.ratios(systems.getFirst(), other, done).table(Ratio::toString));
    }
    if (done.stream().mapToDouble(Measurement::rate).filter(rate -> rate > 0).distinct().count()
        > 1) {
      write(
          scenario + ".html", List.of(page(scenario, done)), StandardOpenOption.TRUNCATE_EXISTING);
    }
  }

  /// One row for each measurement, with the columns that occur: several tables if they are many, as
  /// a line has to stay readable.
  private void rows(String scenario, List<Measurement> done) {
    List<Measurement> having = done.stream().filter(one -> !one.values().isEmpty()).toList();
    List<String> names =
        having.stream().flatMap(one -> one.values().keySet().stream()).distinct().toList();
    for (List<String> some : readable(names)) {
      List<String> header = new ArrayList<>(List.of("system", "load", "pair"));
      header.addAll(some);
      header.add("counts");
      Table table = new Table(header);
      for (Measurement one : having) {
        List<String> row = new ArrayList<>(List.of(one.system, one.load(), "" + one.pair));
        some.forEach(name -> row.add(text(one.values().get(name))));
        row.add(one.isClean() ? "ok" : one.isVoid() ? "void" : "see below");
        table.row(row);
      }
      table(scenario, table);
    }
    having.stream()
        .filter(one -> !one.isClean())
        .forEach(one ->
            say(
                "- %s, %s, pair %d: %s"
                    .formatted(one.system, one.load(), one.pair, one.verdict())));
  }

  /// Names in groups whose columns fit into a line.
  private static List<List<String>> readable(List<String> names) {
    List<List<String>> groups = new ArrayList<>();
    int width = COLUMNS_WIDTH;
    for (String name : names) {
      width += name.length() + 3;
      if (width > COLUMNS_WIDTH) {
        groups.add(new ArrayList<>());
        width = name.length() + 3;
      }
      groups.getLast().add(name);
    }
    return groups;
  }

  /// One row for each process of each system, one column for each load: the median of the pairs.
  private static Table byProcess(
      List<Measurement> done, Function<Measurement, Map<String, Double>> values) {
    Summary summary = new Summary("system", "process");
    for (Measurement one : done) {
      values
          .apply(one)
          .forEach((name, value) -> summary.add(List.of(one.system, name), one.load(), value));
    }
    return summary.table(ratio -> Numbers.text(ratio.median()));
  }

  private static String text(@Nullable Double value) {
    return value == null ? "-" : Numbers.text(value);
  }

  private void table(String title, Table table) {
    if (!table.isEmpty()) {
      append(".md", Stream.concat(Stream.of("", "## " + title, ""), table.markdown().stream()));
      if (!json) {
        Stream.concat(Stream.of("", title, ""), table.text().stream()).forEach(out);
      }
    }
  }

  private static String page(String scenario, List<Measurement> done) {
    List<RateChart> charts = new ArrayList<>();
    for (String value : DRAWN) {
      List<Measurement> having =
          done.stream().filter(one -> one.rate() > 0 && one.values().containsKey(value)).toList();
      if (!having.isEmpty()) {
        RateChart chart = new RateChart(value);
        having.forEach(one ->
            chart.add(one.system, one.rate(), one.values().getOrDefault(value, 0.0), one.isVoid()));
        charts.add(chart);
      }
    }
    return RateChart.page(scenario, charts);
  }

  private void appendJson(Object object) {
    String line = JSON.toJson(object);
    append(".jsonl", Stream.of(line));
    if (json) {
      out.accept(line);
    }
  }

  private void append(String ending, Stream<String> lines) {
    String day = about.date().substring(0, "2026-12-01".length());
    write(day + ending, lines.toList(), StandardOpenOption.APPEND);
  }

  private void write(String name, List<String> lines, StandardOpenOption how) {
    try {
      Files.write(
          folder.resolve(name), lines, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }
}
