package dev.carillon.bench.scenario;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.carillon.Reconnects;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.Percentiles;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.Schedule;
import dev.carillon.bench.load.Senders;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// The scenario `storm`: one of several gateways is killed, or drained, while people talk; how long
/// until all of its devices are back elsewhere and have everything.
final class StormScenario {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Plans plans;
  private final Report report;
  private final OpenLoop openLoop = new OpenLoop(ProcFiles.ofThisMachine());
  private final Table table =
      new Table(
          "gateway",
          "round",
          "devices",
          "all back after s",
          "let in p50 ms",
          "p99",
          "up to date p50 ms",
          "p99",
          "back per s",
          "busiest s / mean",
          "delivered p50",
          "p99",
          "max",
          "verdict");

  StormScenario(Plans plans, Report report) {
    this.plans = plans;
    this.report = report;
  }

  /// Measures and reports.
  ///
  /// @return whether every promise was kept
  boolean run(CarillonSystem side) throws InterruptedException {
    boolean kept = true;
    for (int round = 1; round <= plans.rounds(); round++) {
      kept &= run(side, "killed", round);
      kept &= run(side, "drained", round);
    }
    report.table("storm: " + plans.users() + " devices at two gateways", table);
    return kept;
  }

  private boolean run(CarillonSystem side, String how, int round) throws InterruptedException {
    awaitGateways(side);
    Reconnects reconnects = new Reconnects(plans.users());
    try (MeasuredSystem.Gathering gathering =
        side.gather(plans.users(), MeasuredSystem.Shape.PAIRS, reconnects)) {
      double rate = plans.rates().getFirst();
      Schedule schedule = plans.schedule(rate, Plans.LEAD_IN.plus(plans.duration()));
      Senders senders = Senders.inTurn(plans.users(), plans.arrivals().seed());
      // Everybody has a message before it begins, and knows from then on what it misses.
      double warmUpRate = Math.max(rate, 2.0 * plans.users() / plans.warmUp().toSeconds());
      Schedule first = plans.schedule(warmUpRate, plans.warmUp());
      openLoop.run(side, gathering.devices(), first, Plans.LEAD_IN, senders);
      Blow blow = new Blow(side.processes().getOrDefault("connection", List.of()).getFirst());
      Thread.ofVirtual().start(() -> blow.strike(how, plans.duration().dividedBy(3)));
      Run run = openLoop.run(side, gathering.devices(), schedule, Plans.LEAD_IN, senders);
      long limit = System.nanoTime() + LIMIT_NANOS;
      while (reconnects.absent() > 0 && System.nanoTime() < limit) {
        Wait.nanos(POLL_NANOS);
      }
      row(how, round, run, reconnects, blow);
      return run.outcome().violations().isEmpty();
    }
  }

  /// The one that was killed last has to be there again, or the next round has one gateway less.
  private void awaitGateways(CarillonSystem side) {
    long limit = System.nanoTime() + LIMIT_NANOS;
    while (!side.hasAllGateways() && System.nanoTime() < limit) {
      Wait.nanos(POLL_NANOS);
    }
  }

  private void row(String how, int round, Run run, Reconnects reconnects, Blow blow) {
    double seconds = (reconnects.lastReturn() - blow.time) / 1e9;
    boolean all = reconnects.absent() == 0;
    Percentiles away = reconnects.absences();
    Percentiles delivered = run.outcome().delivered();
    table.row(
        List.of(
            how,
            Integer.toString(round),
            Integer.toString(reconnects.returned()),
            all ? Numbers.text(seconds) : "-",
            Numbers.text(reconnects.welcomes().p50()),
            Numbers.text(reconnects.welcomes().p99()),
            Numbers.text(away.p50()),
            Numbers.text(away.p99()),
            Numbers.text(reconnects.returned() / seconds),
            Numbers.text(unevenness(reconnects, blow)),
            Numbers.text(delivered.p50()),
            Numbers.text(delivered.p99()),
            Numbers.text(delivered.max()),
            verdict(run, reconnects)));
    report.step(
        "gateway %s: %d devices were all back after %s s; %s"
            .formatted(
                how, reconnects.returned(), Numbers.text(seconds), verdict(run, reconnects)));
    report.result(json(how, round, run, reconnects, blow));
  }

  private JsonObject json(String how, int round, Run run, Reconnects reconnects, Blow blow) {
    double seconds = (reconnects.lastReturn() - blow.time) / 1e9;
    JsonObject json = Runs.json("storm", round, run, plans.limits());
    json.addProperty("gateway", how);
    json.addProperty("all_back_seconds", seconds);
    json.addProperty("back_per_second", reconnects.returned() / seconds);
    json.addProperty("busiest_second_to_mean", unevenness(reconnects, blow));
    add(json, reconnects);
    JsonArray eachSecond = new JsonArray();
    IntStream.of(reconnects.eachSecond(blow.time)).forEach(eachSecond::add);
    json.add("back_each_second", eachSecond);
    return json;
  }

  /// The busiest second against the mean of the whole time.
  private static double unevenness(Reconnects reconnects, Blow blow) {
    int busiest = IntStream.of(reconnects.eachSecond(blow.time)).max().orElse(0);
    double seconds = (reconnects.lastReturn() - blow.time) / 1e9;
    return busiest * seconds / Math.max(1, reconnects.returned());
  }

  private static void add(JsonObject json, Reconnects reconnects) {
    json.addProperty("returned", reconnects.returned());
    json.addProperty("absent", reconnects.absent());
    json.addProperty("away_p50_ms", reconnects.absences().p50());
    json.addProperty("away_p99_ms", reconnects.absences().p99());
    json.addProperty("refused_for_now", reconnects.refusals());
  }

  private String verdict(Run run, Reconnects reconnects) {
    String verdict = Runs.verdict(run, plans.limits());
    if (reconnects.refusals() > 0) {
      verdict += ", " + reconnects.refusals() + " refused for now and sent again";
    }
    return reconnects.absent() == 0
        ? verdict
        : reconnects.absent() + " never came back; " + verdict;
  }

  /// What happens to a gateway.
  private static final class Blow {
    private final long pid;
    private volatile long time;

    Blow(long pid) {
      this.pid = pid;
    }

    void strike(String how, Duration after) {
      Wait.pause(Plans.LEAD_IN.plus(after));
      time = System.nanoTime();
      ProcessHandle.of(pid)
          .ifPresent(process -> {
            if (how.equals("killed")) {
              process.destroyForcibly();
            } else {
              process.destroy();
            }
          });
    }
  }
}
