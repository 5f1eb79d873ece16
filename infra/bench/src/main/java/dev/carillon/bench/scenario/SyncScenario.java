package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.carillon.Reconnects;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.Percentiles;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.Senders;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The scenario `sync`: people talk for a while; then their devices come as new ones that know
/// nothing, 64 at a time, and pull everything. Each must end with an unbroken chain.
final class SyncScenario {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final double MICROS = 1e6;

  private final Plans plans;
  private final Report report;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private final Table table =
      new Table(
          "round",
          "devices per s",
          "messages per s",
          "complete p50 ms",
          "p99 ms",
          "CPU us a device",
          "load",
          "verdict");

  SyncScenario(Plans plans, Report report) {
    this.plans = plans;
    this.report = report;
  }

  /// Measures and reports.
  ///
  /// @return whether every promise was kept
  boolean run(CarillonSystem side) throws InterruptedException {
    boolean kept = talk(side);
    measure(side, 0);
    for (int round = 1; round <= plans.rounds(); round++) {
      kept &= measure(side, round);
    }
    report.table("sync: " + plans.users() + " new devices, 64 at a time", table);
    return kept;
  }

  private boolean talk(CarillonSystem side) throws InterruptedException {
    try (MeasuredSystem.Gathering gathering =
        side.gather(plans.users(), MeasuredSystem.Shape.PAIRS)) {
      OpenLoop openLoop = new OpenLoop(files);
      Senders senders = Senders.inTurn(plans.users(), plans.arrivals().seed());
      openLoop.run(
          side,
          gathering.devices(),
          plans.schedule(plans.rates().getFirst() / 4, plans.warmUp()),
          Plans.LEAD_IN,
          senders);
      Run run =
          openLoop.run(
              side,
              gathering.devices(),
              plans.schedule(plans.rates().getFirst(), plans.duration().plus(Plans.LEAD_IN)),
              Plans.LEAD_IN,
              senders);
      report.step("history made: " + Runs.line(run, plans.limits()));
      return run.outcome().violations().isEmpty();
    }
  }

  /// The round 0 makes the services warm and is not reported.
  private boolean measure(CarillonSystem side, int round) throws InterruptedException {
    Reconnects reconnects = Reconnects.afterLong(plans.users());
    CpuWatch watch = CpuWatch.begin(files, side.processes());
    long begin = System.nanoTime();
    try (MeasuredSystem.Gathering gathering =
        side.gather(plans.users(), MeasuredSystem.Shape.PAIRS, reconnects)) {
      while (reconnects.absent() > 0 && System.nanoTime() - begin < LIMIT_NANOS) {
        Wait.nanos(POLL_NANOS);
      }
      // What came before the first device was let in is the tokens' part.
      double seconds =
          gathering.signIns().seconds()
              + Math.max(0, (reconnects.lastReturn() - gathering.signIns().end()) / 1e9);
      if (round > 0) {
        row(round, reconnects, watch.end(), seconds);
      }
    }
    return reconnects.absent() == 0 && reconnects.disorders() == 0;
  }

  private void row(int round, Reconnects reconnects, CpuUse cpu, double seconds) {
    Percentiles times = reconnects.absences();
    double micros = cpu.servers() * MICROS / plans.users();
    String verdict = reconnects.absent() == 0 ? "ok" : reconnects.absent() + " never were complete";
    if (reconnects.disorders() > 0) {
      verdict = "FAIL: " + reconnects.disorders() + " broken chains";
    }
    table.row(
        List.of(
            Integer.toString(round),
            Numbers.text(plans.users() / seconds),
            Numbers.text(reconnects.pulled() / seconds),
            Numbers.text(times.p50()),
            Numbers.text(times.p99()),
            Numbers.text(micros),
            Numbers.text(files.load()),
            verdict));
    report.step("sync: %s devices per second".formatted(Numbers.text(plans.users() / seconds)));
    JsonObject json = new JsonObject();
    json.addProperty("scenario", "sync");
    json.addProperty("round", round);
    json.addProperty("devices_per_second", plans.users() / seconds);
    json.addProperty("messages", reconnects.pulled());
    json.addProperty("messages_per_second", reconnects.pulled() / seconds);
    json.addProperty("p50_ms", times.p50());
    json.addProperty("p99_ms", times.p99());
    json.addProperty("cpu_us_each", micros);
    json.addProperty("verdict", verdict);
    json.addProperty("load", files.load());
    report.result(json);
  }
}
