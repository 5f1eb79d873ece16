package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.Percentiles;
import dev.carillon.bench.load.SignIns;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Ratio;
import dev.carillon.bench.report.Report;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The scenario `signin`: how fast devices come in, 64 at a time, from a new connection to being
/// reachable.
final class SignInScenario {
  private static final double MICROS = 1e6;

  private final Plans plans;
  private final Report report;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private final Table table =
      new Table("side", "round", "sign-ins per s", "p50 ms", "p99 ms", "CPU us each", "load");
  private final Map<String, List<Double>> rates = new LinkedHashMap<>();

  SignInScenario(Plans plans, Report report) {
    this.plans = plans;
    this.report = report;
  }

  /// Measures the sides, ours first, and reports.
  void run(List<MeasuredSystem> sides) throws InterruptedException {
    for (MeasuredSystem side : sides) {
      warmUp(side);
    }
    for (int round = 1; round <= plans.rounds(); round++) {
      for (MeasuredSystem side : sides) {
        measure(side, round);
      }
    }
    report.table("signin: " + plans.users() + " devices, 64 at a time", table);
    if (sides.size() > 1) {
      List<Double> ratios = new ArrayList<>();
      List<Double> ours = rates.getOrDefault(sides.getFirst().name(), List.of());
      List<Double> theirs = rates.getOrDefault(sides.get(1).name(), List.of());
      for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
        ratios.add(ours.get(i) / theirs.get(i));
      }
      report.say(
          "Sign-ins per second, %s / %s: %s"
              .formatted(sides.getFirst().name(), sides.get(1).name(), Ratio.of(ratios)));
    }
  }

  private void warmUp(MeasuredSystem side) throws InterruptedException {
    long end = System.nanoTime() + plans.warmUp().toNanos();
    do {
      side.gather(plans.users(), MeasuredSystem.Shape.IDLE).close();
    } while (System.nanoTime() < end);
  }

  private void measure(MeasuredSystem side, int round) throws InterruptedException {
    CpuWatch watch = CpuWatch.begin(files, side.processes());
    SignIns.Result result;
    try (MeasuredSystem.Gathering gathering =
        side.gather(plans.users(), MeasuredSystem.Shape.IDLE)) {
      result = gathering.signIns();
    }
    CpuUse cpu = watch.end();
    Percentiles times = result.times();
    double micros = cpu.servers() * MICROS / result.users();
    rates.computeIfAbsent(side.name(), name -> new ArrayList<>()).add(result.perSecond());
    table.row(
        List.of(
            side.name(),
            Integer.toString(round),
            Numbers.text(result.perSecond()),
            Numbers.text(times.p50()),
            Numbers.text(times.p99()),
            Numbers.text(micros),
            Numbers.text(files.load())));
    report.step(
        "%s: %s sign-ins per second, %s us each"
            .formatted(side.name(), Numbers.text(result.perSecond()), Numbers.text(micros)));
    JsonObject json = json(result, micros);
    json.addProperty("round", round);
    json.addProperty("side", side.name());
    report.result(json);
  }

  private JsonObject json(SignIns.Result result, double micros) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", "signin");
    json.addProperty("users", result.users());
    json.addProperty("per_second", result.perSecond());
    json.addProperty("p50_ms", result.times().p50());
    json.addProperty("p99_ms", result.times().p99());
    json.addProperty("cpu_us_each", micros);
    json.addProperty("load", files.load());
    return json;
  }
}
