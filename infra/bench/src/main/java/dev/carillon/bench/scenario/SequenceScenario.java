package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.Paced;
import dev.carillon.bench.load.PacedCalls;
import dev.carillon.bench.machine.Jcmd;
import dev.carillon.bench.report.Report;
import dev.carillon.bench.rpc.ClosedLoop;
import dev.carillon.bench.rpc.EchoProcess;
import dev.carillon.bench.rpc.NumberCalls;
import dev.carillon.bench.rpc.Reservations;
import dev.carillon.bench.rpc.ResidentKeys;
import dev.carillon.bench.rpc.Saturation;
import dev.carillon.bench.rpc.ServiceMetrics;
import dev.carillon.report.Numbers;
import dev.carillon.sequence.SequenceConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The scenario `sequence`: the sequence service alone. Full streams and unary calls beside an echo
/// of the same messages; durable numbers beside INCR of a Redis; calls when they are due, at half
/// of what saturation gave; and the heap that many conversations take.
final class SequenceScenario {
  private static final int HOT_KEYS = 8;
  private static final int MANY_KEYS = 1_000;
  private static final int OUTSTANDING = 128;
  private static final double PART_OF_SATURATION = 0.5;
  private static final double NUMBERS_OF_A_WRITE = 10_000;
  private static final String TRANSACTIONS = "transactions per 10,000";
  private static final String ROWS = "rows per 10,000";

  private final Plans plans;
  private final Report report;
  private final CarillonSystem side;
  private final String address;
  private final Map<String, List<Long>> processes;

  SequenceScenario(Plans plans, Report report, CarillonSystem side) {
    this.plans = plans;
    this.report = report;
    this.side = side;
    this.address = side.address(SequenceConfig.SERVICE);
    this.processes = side.processes("sequence", "mariadb");
  }

  /// Measures and reports.
  ///
  /// @param durable measures the numbers beside those of a Redis
  /// @return whether every promise was kept
  boolean run(DurableNumbers durable) throws IOException, InterruptedException {
    try (EchoProcess echo = EchoProcess.start();
        NumberCalls calls = new NumberCalls(address, HOT_KEYS);
        NumberCalls echoes = new NumberCalls(echo.address(), HOT_KEYS)) {
      Map<String, List<Long>> below = Map.of("echo", List.of(echo.pid()));
      boolean kept = streams(echo.address(), below);
      List<Double> rates = new ArrayList<>();
      kept &= unary(calls, echoes, below, rates);
      kept &= durable.run(address, processes);
      kept &= paced(calls, echoes, below, rates);
      kept &= residents();
      return kept;
    }
  }

  private boolean streams(String echo, Map<String, List<Long>> below) throws InterruptedException {
    stream(address, processes, Duration.ZERO, plans.warmUp());
    stream(echo, below, Duration.ZERO, plans.warmUp());
    return new Floors("sequence", "reservations", plans, report)
        .run(
            () -> stream(address, processes, Plans.LEAD_IN, plans.duration()),
            "stream echo",
            () -> stream(echo, below, Plans.LEAD_IN, plans.duration()));
  }

  private static Saturation stream(
      String to, Map<String, List<Long>> groups, Duration leadIn, Duration duration) {
    return Reservations.run(
        to, groups, Reservations.Shape.FULL, Reservations.Unit.BLOCKS, leadIn, duration);
  }

  private boolean unary(
      NumberCalls calls, NumberCalls echoes, Map<String, List<Long>> below, List<Double> rates)
      throws InterruptedException {
    ClosedLoop.run(calls, OUTSTANDING, processes, Duration.ZERO, plans.warmUp());
    ClosedLoop.run(echoes, OUTSTANDING, below, Duration.ZERO, plans.warmUp());
    return new Floors("sequence, unary", "calls", plans, report)
        .run(
            () -> {
              Saturation ours =
                  ClosedLoop.run(calls, OUTSTANDING, processes, Plans.LEAD_IN, plans.duration());
              rates.add(ours.perSecond());
              return ours;
            },
            "unary echo",
            () -> ClosedLoop.run(echoes, OUTSTANDING, below, Plans.LEAD_IN, plans.duration()));
  }

  private boolean paced(
      NumberCalls calls, NumberCalls echoes, Map<String, List<Long>> below, List<Double> rates)
      throws InterruptedException {
    double usual =
        PART_OF_SATURATION * rates.stream().mapToDouble(Double::doubleValue).average().orElse(1);
    List<Double> steps = plans.rates().isEmpty() ? List.of(usual) : plans.rates();
    PacedRuns runs = new PacedRuns("sequence, paced", plans, report, TRANSACTIONS, ROWS);
    try (NumberCalls many = new NumberCalls(address, MANY_KEYS)) {
      for (double rate : steps) {
        for (int round = 0; round < plans.rounds(); round++) {
          paced(runs, HOT_KEYS + " keys", calls, rate);
          runs.add("unary echo", paced(echoes, rate, below), Map.of());
          paced(runs, MANY_KEYS + " keys", many, rate);
        }
      }
    }
    return runs.end("sequence: calls for one number when they are due, beside an echo");
  }

  private void paced(PacedRuns runs, String what, NumberCalls calls, double rate)
      throws InterruptedException {
    ServiceMetrics before = metrics();
    Paced run = paced(calls, rate, processes);
    ServiceMetrics after = metrics();
    double writes = after.since(before, "carillon_sequence_numbers_total") / NUMBERS_OF_A_WRITE;
    runs.add(
        what,
        run,
        Map.of(
            TRANSACTIONS,
            after.since(before, "carillon_sequence_refill_batch_count") / writes,
            ROWS,
            after.since(before, "carillon_sequence_refill_batch_sum") / writes));
  }

  private Paced paced(NumberCalls calls, double rate, Map<String, List<Long>> groups)
      throws InterruptedException {
    Duration length = Plans.LEAD_IN.plus(plans.duration());
    return PacedCalls.run(calls, plans.schedule(rate, length), Plans.LEAD_IN, groups);
  }

  private ServiceMetrics metrics() {
    return ServiceMetrics.of(side.admins(SequenceConfig.SERVICE));
  }

  /// How much the heap grows when so many conversations have numbers in it.
  private boolean residents() throws InterruptedException {
    long pid = side.installation().instances(SequenceConfig.SERVICE).getFirst().pid();
    double keysBefore = metrics().sum("carillon_sequence_resident_keys");
    long before = Jcmd.heapAfterCollection(pid);
    long begin = System.nanoTime();
    long refused = ResidentKeys.fill(address, plans.users());
    double seconds = (System.nanoTime() - begin) / 1e9;
    long grown = Jcmd.heapAfterCollection(pid) - before;
    double resident = metrics().sum("carillon_sequence_resident_keys") - keysBefore;
    report.say(
        "sequence: %s conversations more in memory take %s MiB of heap, %s bytes each; %s asked once, in %s s, %d refused"
            .formatted(
                Numbers.text(resident),
                Numbers.mebibytes((double) grown),
                Numbers.text(grown / resident),
                Numbers.text(plans.users()),
                Numbers.text(seconds),
                refused));
    JsonObject json = new JsonObject();
    json.addProperty("scenario", "sequence");
    json.addProperty("what", "residents");
    json.addProperty("asked", plans.users());
    json.addProperty("resident", resident);
    json.addProperty("heap_bytes_grown", grown);
    json.addProperty("bytes_each", grown / resident);
    json.addProperty("seconds", seconds);
    json.addProperty("refused", refused);
    report.result(json);
    return refused == 0;
  }
}
