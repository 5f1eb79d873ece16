package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.report.Ratio;
import dev.carillon.bench.report.Report;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// The scenarios `chat` and `group`: connected users send, two by two or all in one group.
final class Talk {
  /// A rate is held when nearly all receivers have the message before it feels slow.
  private static final double HELD_MILLIS = 50;

  private final String scenario;
  private final MeasuredSystem.Shape shape;
  private final Plans plans;
  private final Report report;

  Talk(String scenario, MeasuredSystem.Shape shape, Plans plans, Report report) {
    this.scenario = scenario;
    this.shape = shape;
    this.plans = plans;
    this.report = report;
  }

  /// Measures the sides and reports.
  ///
  /// @param sides ours first
  /// @return whether every promise of ours was kept in every run
  boolean run(List<MeasuredSystem> sides, RateSteps.Watcher watcher) throws InterruptedException {
    List<RateSteps.RateStep> steps =
        new RateSteps(scenario, shape, plans, report, watcher).measure(sides);
    List<Run> runs = steps.stream().map(RateSteps.RateStep::run).toList();
    report.table(scenario + ": latency from due, ms", Runs.latencies(runs, plans.limits()));
    report.table(scenario + ": server CPU, us per message", Runs.cpu(runs));
    if (shape == MeasuredSystem.Shape.GROUP) {
      report.table(scenario + ": each delivery, us and ms", Runs.deliveries(runs));
    }
    report.file(scenario + ".html", RateStepsPicture.draw(scenario, runs, plans.limits()));
    if (sides.size() > 1) {
      compare(steps, sides.getFirst().name(), sides.get(1).name());
    }
    return runs.stream()
        .filter(run -> run.side().equals(sides.getFirst().name()))
        .allMatch(run -> run.outcome().violations().isEmpty());
  }

  private void compare(List<RateSteps.RateStep> steps, String ours, String theirs) {
    Table table = new Table("per s", "CPU per message", "p50", "p99");
    Set<Double> rates = new LinkedHashSet<>();
    steps.forEach(step -> rates.add(step.run().rate()));
    for (double rate : rates) {
      List<RateSteps.RateStep> atRate =
          steps.stream().filter(step -> step.run().rate() == rate && isValid(step.run())).toList();
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
    report.say(held(steps, ours, theirs));
  }

  private static void add(JsonObject json, String name, Ratio ratio) {
    json.addProperty(name + "_ratio", ratio.median());
    json.addProperty(name + "_ratio_min", ratio.min());
    json.addProperty(name + "_ratio_max", ratio.max());
    json.addProperty(name + "_pairs", ratio.pairs());
  }

  private Ratio ratio(
      List<RateSteps.RateStep> steps, String ours, String theirs, ToDoubleFunction<Run> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= plans.rounds(); round++) {
      OptionalDouble our = figure(steps, round, ours, figure);
      OptionalDouble their = figure(steps, round, theirs, figure);
      if (our.isPresent() && their.isPresent() && their.getAsDouble() > 0) {
        ratios.add(our.getAsDouble() / their.getAsDouble());
      }
    }
    return Ratio.of(ratios);
  }

  private static OptionalDouble figure(
      List<RateSteps.RateStep> steps, int round, String side, ToDoubleFunction<Run> figure) {
    return steps.stream()
        .filter(step -> step.round() == round && step.run().side().equals(side))
        .mapToDouble(step -> figure.applyAsDouble(step.run()))
        .findFirst();
  }

  private boolean isValid(Run run) {
    return run.voidBecause(plans.limits()).isEmpty();
  }

  private String held(List<RateSteps.RateStep> steps, String ours, String theirs) {
    double our = held(steps, ours);
    double their = held(steps, theirs);
    return "Highest rate with p99 of at most %s ms in some round: %s %s/s, %s %s/s%s."
        .formatted(
            Numbers.text(HELD_MILLIS),
            ours,
            Numbers.text(our),
            theirs,
            Numbers.text(their),
            their > 0 ? ", ratio " + Numbers.text(our / their) : "");
  }

  private double held(List<RateSteps.RateStep> steps, String side) {
    return steps.stream()
        .map(RateSteps.RateStep::run)
        .filter(run -> run.side().equals(side) && isValid(run))
        .filter(run -> run.settled() && run.outcome().isClean())
        .filter(run -> run.outcome().delivered().p99() <= HELD_MILLIS)
        .mapToDouble(Run::rate)
        .max()
        .orElse(0);
  }
}
