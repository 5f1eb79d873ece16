package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.Side;
import dev.carillon.bench.report.Numbers;
import dev.carillon.bench.report.Ratio;
import dev.carillon.bench.report.Report;
import dev.carillon.bench.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// The scenarios `chat` and `group`: people who are connected talk, two by two or all together.
final class Talk {
  /// A rate is held when nearly everybody has the message before it feels slow.
  private static final double HELD_MILLIS = 50;

  private final String scenario;
  private final Side.Shape shape;
  private final Plans plans;
  private final Report report;

  Talk(String scenario, Side.Shape shape, Plans plans, Report report) {
    this.scenario = scenario;
    this.shape = shape;
    this.plans = plans;
    this.report = report;
  }

  /// Measures the sides and reports.
  ///
  /// @param sides ours first
  /// @return whether every promise of ours was kept in every run
  boolean run(List<Side> sides, Ladder.Watcher watcher) throws InterruptedException {
    List<Ladder.Rung> rungs = new Ladder(scenario, shape, plans, report, watcher).climb(sides);
    List<Run> runs = rungs.stream().map(Ladder.Rung::run).toList();
    report.table(scenario + ": latency from due, ms", Runs.latencies(runs, plans.limits()));
    report.table(scenario + ": server CPU, us per message", Runs.cpu(runs));
    if (shape == Side.Shape.GROUP) {
      report.table(scenario + ": each delivery, us and ms", Runs.deliveries(runs));
    }
    report.file(scenario + ".svg", LadderPicture.draw(scenario, runs, plans.limits()));
    if (sides.size() > 1) {
      compare(rungs, sides.getFirst().name(), sides.get(1).name());
    }
    return runs.stream()
        .filter(run -> run.side().equals(sides.getFirst().name()))
        .allMatch(run -> run.outcome().violations().isEmpty());
  }

  private void compare(List<Ladder.Rung> rungs, String ours, String theirs) {
    Table table = new Table("per s", "CPU per message", "p50", "p99");
    Set<Double> rates = new LinkedHashSet<>();
    rungs.forEach(rung -> rates.add(rung.run().rate()));
    for (double rate : rates) {
      List<Ladder.Rung> atRate =
          rungs.stream().filter(rung -> rung.run().rate() == rate && isValid(rung.run())).toList();
      Ratio cpu = ratio(atRate, ours, theirs, Run::microsOfAMessage);
      Ratio median = ratio(atRate, ours, theirs, run -> run.outcome().delivered().p50());
      Ratio tail = ratio(atRate, ours, theirs, run -> run.outcome().delivered().p99());
      table.row(List.of(Numbers.text(rate), cpu.toString(), median.toString(), tail.toString()));
      JsonObject json = new JsonObject();
      json.addProperty("scenario", scenario);
      json.addProperty("compared", ours + "/" + theirs);
      json.addProperty("rate", rate);
      add(json, "cpu", cpu);
      add(json, "p50", median);
      add(json, "p99", tail);
      report.result(json);
    }
    report.table(
        "%s: %s / %s, median of the pairs (min to max); void runs left out"
            .formatted(scenario, ours, theirs),
        table);
    report.say(held(rungs, ours, theirs));
  }

  private static void add(JsonObject json, String name, Ratio ratio) {
    json.addProperty(name + "_ratio", ratio.median());
    json.addProperty(name + "_ratio_min", ratio.min());
    json.addProperty(name + "_ratio_max", ratio.max());
    json.addProperty(name + "_pairs", ratio.pairs());
  }

  private Ratio ratio(
      List<Ladder.Rung> rungs, String ours, String theirs, ToDoubleFunction<Run> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= plans.rounds(); round++) {
      OptionalDouble our = figure(rungs, round, ours, figure);
      OptionalDouble their = figure(rungs, round, theirs, figure);
      if (our.isPresent() && their.isPresent() && their.getAsDouble() > 0) {
        ratios.add(our.getAsDouble() / their.getAsDouble());
      }
    }
    return Ratio.of(ratios);
  }

  private static OptionalDouble figure(
      List<Ladder.Rung> rungs, int round, String side, ToDoubleFunction<Run> figure) {
    return rungs.stream()
        .filter(rung -> rung.round() == round && rung.run().side().equals(side))
        .mapToDouble(rung -> figure.applyAsDouble(rung.run()))
        .findFirst();
  }

  private boolean isValid(Run run) {
    return run.voidBecause(plans.limits()).isEmpty();
  }

  private String held(List<Ladder.Rung> rungs, String ours, String theirs) {
    double our = held(rungs, ours);
    double their = held(rungs, theirs);
    return "Highest rate with p99 of at most %s ms in some round: %s %s/s, %s %s/s%s."
        .formatted(
            Numbers.text(HELD_MILLIS),
            ours,
            Numbers.text(our),
            theirs,
            Numbers.text(their),
            their > 0 ? ", ratio " + Numbers.text(our / their) : "");
  }

  private double held(List<Ladder.Rung> rungs, String side) {
    return rungs.stream()
        .map(Ladder.Rung::run)
        .filter(run -> run.side().equals(side) && isValid(run))
        .filter(run -> run.settled() && run.outcome().isClean())
        .filter(run -> run.outcome().delivered().p99() <= HELD_MILLIS)
        .mapToDouble(Run::rate)
        .max()
        .orElse(0);
  }
}
