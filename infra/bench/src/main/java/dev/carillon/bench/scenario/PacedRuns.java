package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.Paced;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs of calls that were made when they were due, as lines, rows and JSON.
final class PacedRuns {
  private final String scenario;
  private final Plans plans;
  private final Report report;
  private final List<String> extras;
  private final Table table;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private boolean kept = true;

  /// @param extras columns of the scenario's own
  PacedRuns(String scenario, Plans plans, Report report, String... extras) {
    this.scenario = scenario;
    this.plans = plans;
    this.report = report;
    this.extras = List.of(extras);
    List<String> header =
        new ArrayList<>(List.of("what", "per s", "p50 ms", "p99", "p99.9", "max", "CPU us each"));
    header.addAll(this.extras);
    header.addAll(List.of("late p99.9", "generator", "load", "verdict"));
    this.table = new Table(header);
  }

  /// Tells how a run went.
  ///
  /// @param values of columns of the scenario's own; the others stay empty
  void add(String what, Paced run, Map<String, Double> values) {
    kept &= run.isClean();
    String verdict = verdict(run);
    List<String> cells =
        new ArrayList<>(
            List.of(
                what,
                Numbers.text(run.rate()),
                Numbers.text(run.times().p50()),
                Numbers.text(run.times().p99()),
                Numbers.text(run.times().p999()),
                Numbers.text(run.times().max()),
                Numbers.text(run.microsEach())));
    for (String extra : extras) {
      Double value = values.get(extra);
      cells.add(value == null ? "-" : Numbers.text(value));
    }
    cells.add(Numbers.text(run.lateness().p999()));
    cells.add("%.0f%%".formatted(100 * run.cpu().generatorShare()));
    cells.add(Numbers.text(files.load()));
    cells.add(verdict);
    table.row(cells);
    tell(what, run, verdict);
    report.result(json(what, run, values, verdict));
  }

  private void tell(String what, Paced run, String verdict) {
    report.step(
        "%s %s/s: p50 %s p99 %s p99.9 %s ms, %s"
            .formatted(
                what,
                Numbers.text(run.rate()),
                Numbers.text(run.times().p50()),
                Numbers.text(run.times().p99()),
                Numbers.text(run.times().p999()),
                verdict));
  }

  private String verdict(Paced run) {
    List<String> remarks = new ArrayList<>();
    if (run.broken() > 0) {
      remarks.add("FAIL: " + run.broken() + " broken promises");
    }
    if (run.unanswered() > 0) {
      remarks.add("FAIL: " + run.unanswered() + " never answered");
    }
    if (run.refused() > 0) {
      remarks.add(run.refused() + " refused");
    }
    String worthless = run.voidBecause(plans.limits());
    if (!worthless.isEmpty()) {
      remarks.add("VOID: " + worthless);
    }
    return remarks.isEmpty() ? "ok" : String.join(", ", remarks);
  }

  private JsonObject json(String what, Paced run, Map<String, Double> values, String verdict) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", scenario);
    json.addProperty("what", what);
    json.addProperty("rate", run.rate());
    json.addProperty("answers", run.times().count());
    json.addProperty("p50_ms", run.times().p50());
    json.addProperty("p99_ms", run.times().p99());
    json.addProperty("p999_ms", run.times().p999());
    json.addProperty("max_ms", run.times().max());
    json.addProperty("cpu_us_each", run.microsEach());
    JsonObject groups = new JsonObject();
    run.cpu().groups().keySet().forEach(group -> groups.addProperty(group, run.microsEach(group)));
    json.add("cpu_us_each_of", groups);
    values.forEach((name, value) -> json.addProperty(name.replace(' ', '_'), value));
    json.addProperty("refused", run.refused());
    json.addProperty("verdict", verdict);
    json.addProperty("clean", run.isClean());
    json.addProperty("generator_share", run.cpu().generatorShare());
    json.addProperty("load", files.load());
    return json;
  }

  /// Ends the table.
  ///
  /// @return whether every promise was kept
  boolean end(String title) {
    report.table(title, table);
    return kept;
  }
}
