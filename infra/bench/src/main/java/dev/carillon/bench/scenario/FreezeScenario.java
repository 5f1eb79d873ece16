package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.carillon.PausableDevices;
import dev.carillon.bench.carillon.Reconnects;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.Schedule;
import dev.carillon.bench.load.Senders;
import dev.carillon.bench.machine.Memory;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The scenario `freeze`: one device in twenty stops reading while half of all that is said is said
/// to it; what each of them costs the gateways, whether the others notice, and whether the stopped
/// ones are disconnected and have everything after they go on.
final class FreezeScenario {
  private static final int EVERY = 20;

  /// Longer than a gateway tries to hand over messages that nobody acknowledges.
  private static final Duration STOPPED = Duration.ofSeconds(45);

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Plans plans;
  private final Report report;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private final OpenLoop openLoop = new OpenLoop(files);
  private final Table table =
      new Table(
          "round",
          "stopped",
          "heap KiB each",
          "anonymous KiB each",
          "others' p50 before",
          "p99",
          "others' p50 meanwhile",
          "p99",
          "disconnected",
          "all had everything after s",
          "load",
          "verdict");

  FreezeScenario(Plans plans, Report report) {
    this.plans = plans;
    this.report = report;
  }

  /// Measures and reports.
  ///
  /// @return whether every promise was kept
  boolean run(CarillonSystem side) throws InterruptedException {
    boolean kept = true;
    for (int round = 1; round <= plans.rounds(); round++) {
      kept &= run(side, round);
    }
    report.table("freeze: one of " + EVERY + " devices stops reading", table);
    return kept;
  }

  private boolean run(CarillonSystem side, int round) throws InterruptedException {
    Reconnects reconnects = new Reconnects(plans.users());
    try (PausableDevices devices = side.gatherPausable(plans.users(), reconnects)) {
      double rate = plans.rates().getFirst();
      // Everybody has a message before it begins, and knows from then on what it misses.
      double warmUpRate = Math.max(rate, 2.0 * plans.users() / plans.warmUp().toSeconds());
      Senders everybody = Senders.inTurn(plans.users(), plans.arrivals().seed());
      openLoop.run(
          side, devices, plans.schedule(warmUpRate, plans.warmUp()), Plans.LEAD_IN, everybody);
      Schedule schedule = plans.schedule(rate, Plans.LEAD_IN.plus(plans.duration()));
      Run before = openLoop.run(side, devices, schedule, Plans.LEAD_IN, this::sender);
      Stop stop = new Stop(side, devices);
      Thread.ofVirtual().start(stop);
      Run meanwhile = openLoop.run(side, devices, schedule, Plans.LEAD_IN, this::sender);
      long limit = System.nanoTime() + LIMIT_NANOS;
      while (reconnects.absent() > 0 && System.nanoTime() < limit) {
        Wait.nanos(POLL_NANOS);
      }
      row(round, before, meanwhile, reconnects, stop);
      return before.outcome().violations().isEmpty() && meanwhile.outcome().violations().isEmpty();
    }
  }

  /// Half of it is said to those who stop, by the others of their pairs; the rest by all who go on.
  private int sender(int message) {
    int stopped = stopped();
    int half = message / 2;
    if (message % 2 == 0) {
      return half % stopped * EVERY + 1;
    }
    int others = plans.users() - stopped;
    int other = half % others;
    return other / (EVERY - 1) * EVERY + 1 + other % (EVERY - 1);
  }

  private int stopped() {
    return Math.max(1, plans.users() / EVERY);
  }

  private void row(int round, Run before, Run meanwhile, Reconnects reconnects, Stop stop) {
    double heap = stop.heap / (double) stopped();
    double anonymous = stop.anonymous / (double) stopped();
    double seconds = (System.nanoTime() - stop.wentOn) / 1e9;
    String verdict = Runs.verdict(meanwhile, plans.limits());
    if (reconnects.absent() > 0) {
      verdict = reconnects.absent() + " never came back; " + verdict;
    }
    table.row(
        List.of(
            Integer.toString(round),
            Integer.toString(stopped()),
            Numbers.kibibytes(heap),
            Numbers.kibibytes(anonymous),
            Numbers.text(before.outcome().delivered().p50()),
            Numbers.text(before.outcome().delivered().p99()),
            Numbers.text(meanwhile.outcome().delivered().p50()),
            Numbers.text(meanwhile.outcome().delivered().p99()),
            Integer.toString(reconnects.returned()),
            Numbers.text(seconds),
            Numbers.text(files.load()),
            verdict));
    report.step("before: " + Runs.line(before, plans.limits()));
    report.step("meanwhile: " + Runs.line(meanwhile, plans.limits()));
    report.result(Runs.json("freeze", round, before, plans.limits()));
    report.result(json(round, meanwhile, reconnects, stop, seconds));
  }

  private JsonObject json(
      int round, Run meanwhile, Reconnects reconnects, Stop stop, double seconds) {
    JsonObject json = Runs.json("freeze", round, meanwhile, plans.limits());
    json.addProperty("stopped", stopped());
    json.addProperty("heap_bytes_each", stop.heap / (double) stopped());
    json.addProperty("anonymous_bytes_each", stop.anonymous / (double) stopped());
    json.addProperty("disconnected", reconnects.returned());
    json.addProperty("complete_after_seconds", seconds);
    return json;
  }

  /// Stops some devices, looks at the gateways' memory when all is said, and has them go on when
  /// the gateways have given them up.
  private final class Stop implements Runnable {
    private final List<Long> gateways;
    private final PausableDevices devices;
    private final Memory before;
    private volatile long heap;
    private volatile long anonymous;
    private volatile long wentOn;

    Stop(CarillonSystem side, PausableDevices devices) throws InterruptedException {
      this.gateways =
          side.processes().entrySet().stream()
              .filter(
                  group -> List.of("connection", CarillonSystem.TOGETHER).contains(group.getKey()))
              .flatMap(group -> group.getValue().stream())
              .toList();
      this.devices = devices;
      this.before = Memory.of(files, gateways, true);
    }

    @Override
    public void run() {
      long begin = System.nanoTime();
      devices.pause(device -> device % EVERY == 0 && device / EVERY < stopped());
      Wait.pause(Plans.LEAD_IN.plus(plans.duration()).plusSeconds(1));
      try {
        Memory after = Memory.of(files, gateways, true);
        heap = after.heap().orElse(0L) - before.heap().orElse(0L);
        anonymous = after.anonymous() - before.anonymous();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Wait.nanos(Math.max(0, begin + STOPPED.toNanos() - System.nanoTime()));
      wentOn = System.nanoTime();
      devices.goOn();
    }
  }
}
