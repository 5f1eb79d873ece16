package dev.carillon.bench.scenario;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.Schedule;
import dev.carillon.bench.load.Senders;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.report.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Messages at growing rates, against all sides in turn, with the proof that all arrived.
final class RateSteps {
  /// Beyond this a side has fallen so far behind that a higher rate shows nothing more.
  private static final double LOST_MILLIS = 1_000;

  /// What a peer bears too, in messages per second.
  private static final double BEARABLE = 500;

  private static final double GROUP_BEARABLE = 10;

  private final String scenario;
  private final MeasuredSystem.Shape shape;
  private final Plans plans;
  private final Report report;
  private final OpenLoop openLoop = new OpenLoop(ProcFiles.ofThisMachine());
  private final Set<String> warm = new HashSet<>();
  private final Watcher watcher;

  /// Observes a side while it works.
  interface Watcher {
    /// The side is warm and its steps begin.
    void begin(MeasuredSystem side) throws InterruptedException;

    /// Its steps are over.
    void end(MeasuredSystem side) throws InterruptedException;
  }

  RateSteps(
      String scenario, MeasuredSystem.Shape shape, Plans plans, Report report, Watcher watcher) {
    this.scenario = scenario;
    this.shape = shape;
    this.plans = plans;
    this.report = report;
    this.watcher = watcher;
  }

  /// Measures all sides as often as planned.
  List<RateStep> measure(List<MeasuredSystem> sides) throws InterruptedException {
    List<RateStep> steps = new ArrayList<>();
    for (int round = 1; round <= plans.rounds(); round++) {
      for (MeasuredSystem side : sides) {
        measure(round, side, steps);
      }
    }
    return steps;
  }

  private void measure(int round, MeasuredSystem side, List<RateStep> steps)
      throws InterruptedException {
    try (MeasuredSystem.Gathering gathering = side.gather(plans.users(), shape)) {
      report.step(
          "%s: %d devices signed in, %s/s"
              .formatted(
                  side.name(), plans.users(), Numbers.text(gathering.signIns().perSecond())));
      if (warm.add(side.name())) {
        run(
            side,
            gathering,
            plans.warmUpRate(shape == MeasuredSystem.Shape.GROUP ? GROUP_BEARABLE : BEARABLE),
            plans.warmUp());
      }
      watcher.begin(side);
      for (double rate : plans.rates()) {
        Run run = run(side, gathering, rate, Plans.LEAD_IN.plus(plans.duration()));
        steps.add(new RateStep(round, run));
        report.step(Runs.line(run, plans.limits()));
        report.result(Runs.json(scenario, round, run, plans.limits()));
        if (!run.settled() || run.outcome().delivered().p99() > LOST_MILLIS) {
          break;
        }
      }
      watcher.end(side);
    }
  }

  private Run run(
      MeasuredSystem side, MeasuredSystem.Gathering gathering, double rate, Duration length)
      throws InterruptedException {
    Schedule schedule = plans.schedule(rate, length);
    Senders senders = Senders.inTurn(plans.users(), plans.arrivals().seed());
    return openLoop.run(side, gathering.devices(), schedule, Plans.LEAD_IN, senders);
  }

  /// One run and where it stands.
  record RateStep(int round, Run run) {}
}
