package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Ratio;
import dev.carillon.bench.report.Report;
import dev.carillon.bench.rpc.Saturation;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.List;

/// A service at saturation beside the floor below it, in turn.
final class Floors {
  private final String scenario;
  private final String unit;
  private final Plans plans;
  private final Report report;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private boolean kept = true;

  Floors(String scenario, String unit, Plans plans, Report report) {
    this.scenario = scenario;
    this.unit = unit;
    this.plans = plans;
    this.report = report;
  }

  /// Something that works at saturation for as long as planned.
  @FunctionalInterface
  interface Work {
    Saturation run() throws InterruptedException;
  }

  /// Measures both as often as planned and reports.
  ///
  /// @param floor what the floor is called
  /// @return whether every promise was kept
  boolean run(Work service, String floor, Work below) throws InterruptedException {
    Table table =
        new Table("what", "round", unit + " per s", "CPU us each", "generator", "load", "verdict");
    List<Double> rates = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    for (int round = 1; round <= plans.rounds(); round++) {
      Saturation ours = service.run();
      row(table, scenario, round, ours);
      Saturation theirs = below.run();
      row(table, floor, round, theirs);
      rates.add(ours.perSecond() / theirs.perSecond());
      costs.add(ours.microsEach() / theirs.microsEach());
    }
    report.table(scenario + ": at saturation, beside its floor", table);
    report.say(
        "%s / %s: %s per second %s, CPU each %s"
            .formatted(scenario, floor, unit, Ratio.of(rates), Ratio.of(costs)));
    return kept;
  }

  private void row(Table table, String what, int round, Saturation result) {
    boolean well = result.violations() == 0;
    kept &= well;
    String verdict = well ? "ok" : "FAIL: " + result.violations() + " broken promises";
    if (result.refused() > 0) {
      verdict += ", " + result.refused() + " refused";
    }
    String share = "%.0f%%".formatted(100 * result.cpu().generatorShare());
    table.row(
        List.of(
            what,
            Integer.toString(round),
            Numbers.text(result.perSecond()),
            Numbers.text(result.microsEach()),
            share,
            Numbers.text(files.load()),
            verdict));
    report.step(
        "%s: %s %s per second, %s us each"
            .formatted(
                what, Numbers.text(result.perSecond()), unit, Numbers.text(result.microsEach())));
    report.result(json(what, round, result));
  }

  private JsonObject json(String what, int round, Saturation result) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", scenario);
    json.addProperty("round", round);
    json.addProperty("what", what);
    json.addProperty("per_second", result.perSecond());
    json.addProperty("cpu_us_each", result.microsEach());
    JsonObject groups = new JsonObject();
    result
        .cpu()
        .groups()
        .keySet()
        .forEach(group -> groups.addProperty(group, result.microsEach(group)));
    json.add("cpu_us_each_of", groups);
    json.addProperty("refused", result.refused());
    json.addProperty("violations", result.violations());
    json.addProperty("load", files.load());
    return json;
  }
}
