package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.Paced;
import dev.carillon.bench.load.PacedCalls;
import dev.carillon.bench.report.Report;
import dev.carillon.bench.rpc.AppendCalls;
import dev.carillon.bench.rpc.Appends;
import dev.carillon.bench.rpc.EchoProcess;
import dev.carillon.bench.rpc.MySqlInserts;
import dev.carillon.bench.rpc.NumberCalls;
import dev.carillon.bench.rpc.ServerStatus;
import dev.carillon.bench.rpc.ServiceMetrics;
import dev.carillon.message.MessageConfig;
import dev.carillon.report.Numbers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The scenario `store`: the message service alone. Without rates one stream is kept as full as the
/// service takes it, beside inserts of a hundred rows; with rates messages are appended when they
/// are due.
final class StoreScenario {
  private static final int CONVERSATIONS = 1_000;
  private static final double WARM_RATE = 2_000;
  private static final double QUIET = 100;
  private static final String COMMITS = "appends' commits per s";
  private static final String BATCH = "messages per commit";
  private static final String ALL_COMMITS = "all commits per s";

  private final Plans plans;
  private final Report report;
  private final CarillonSystem side;
  private final String text;
  private final String address;
  private final Map<String, List<Long>> processes;

  /// @param text what each message holds
  StoreScenario(Plans plans, Report report, CarillonSystem side, String text) {
    this.plans = plans;
    this.report = report;
    this.side = side;
    this.text = text;
    this.address = side.address(MessageConfig.SERVICE);
    this.processes = side.processes();
  }

  /// Measures and reports.
  ///
  /// @return whether every promise was kept
  boolean run() throws IOException, InterruptedException {
    try (MySqlInserts inserts =
        MySqlInserts.open(side.databaseAddress(), side.databasePassword(), text)) {
      return plans.rates().isEmpty() ? saturated(inserts) : paced(inserts);
    }
  }

  private boolean saturated(MySqlInserts inserts) throws InterruptedException {
    Map<String, List<Long>> below = side.processes("mariadb");
    Appends.run(address, processes, text, Duration.ZERO, plans.warmUp());
    inserts.run(below, Plans.LEAD_IN);
    return new Floors("store", "messages", plans, report)
        .run(
            () -> Appends.run(address, processes, text, Plans.LEAD_IN, plans.duration()),
            "insert of 100 rows",
            () -> inserts.run(below, plans.duration()));
  }

  private boolean paced(MySqlInserts inserts) throws IOException, InterruptedException {
    PacedRuns runs = new PacedRuns("store", plans, report, COMMITS, BATCH, ALL_COMMITS);
    appends(Math.min(WARM_RATE, plans.warmUpRate(WARM_RATE)), plans.warmUp(), Duration.ZERO);
    double quietest = plans.rates().stream().mapToDouble(Double::doubleValue).min().orElse(QUIET);
    for (int round = 0; round < plans.rounds(); round++) {
      for (double rate : plans.rates()) {
        Paced run = step(runs, rate);
        if (rate == quietest && rate <= QUIET) {
          beside(runs, inserts, run);
        }
      }
    }
    return runs.end("store: appends when they are due");
  }

  private Paced step(PacedRuns runs, double rate) throws InterruptedException {
    try (ServerStatus database =
        ServerStatus.open(side.databaseAddress(), side.databasePassword())) {
      ServiceMetrics before = metrics();
      long commits = database.count("Com_commit");
      long begin = System.nanoTime();
      Paced run = appends(rate, Plans.LEAD_IN.plus(plans.duration()), Plans.LEAD_IN);
      double seconds = (System.nanoTime() - begin) / 1e9;
      double all = database.count("Com_commit") - commits;
      ServiceMetrics after = metrics();
      double batches = after.since(before, "carillon_message_batch_size_count");
      double messages = after.since(before, "carillon_message_batch_size_sum");
      runs.add(
          "append",
          run,
          Map.of(
              COMMITS, batches / seconds, BATCH, messages / batches, ALL_COMMITS, all / seconds));
      return run;
    }
  }

  private Paced appends(double rate, Duration length, Duration leadIn) throws InterruptedException {
    try (AppendCalls calls = new AppendCalls(address, CONVERSATIONS, text)) {
      return PacedCalls.run(calls, plans.schedule(rate, length), leadIn, processes);
    }
  }

  /// What one append that comes alone cannot be faster than: an insert, and a call.
  private void beside(PacedRuns runs, MySqlInserts inserts, Paced append)
      throws IOException, InterruptedException {
    double rate = append.rate();
    Duration length = Plans.LEAD_IN.plus(plans.duration());
    try (EchoProcess echo = EchoProcess.start();
        NumberCalls echoes = new NumberCalls(echo.address(), 1)) {
      Map<String, List<Long>> below = Map.of("echo", List.of(echo.pid()));
      // A JVM that has answered nothing yet is no floor.
      PacedCalls.run(echoes, plans.schedule(WARM_RATE, plans.warmUp()), Duration.ZERO, below);
      Paced call = PacedCalls.run(echoes, plans.schedule(rate, length), Plans.LEAD_IN, below);
      runs.add("unary echo", call, Map.of());
      Paced insert =
          PacedCalls.run(
              inserts.singles(),
              plans.schedule(rate, length),
              Plans.LEAD_IN,
              side.processes("mariadb"));
      runs.add("insert of one row", insert, Map.of());
      double floor = insert.times().p50() + call.times().p50();
      report.say(
          "store: p50 of an append at %s/s is %s ms, of an insert and a call %s ms: %s times as long"
              .formatted(
                  Numbers.text(rate),
                  Numbers.text(append.times().p50()),
                  Numbers.text(floor),
                  Numbers.text(append.times().p50() / floor)));
    }
  }

  private ServiceMetrics metrics() {
    return ServiceMetrics.of(side.admins(MessageConfig.SERVICE));
  }
}
