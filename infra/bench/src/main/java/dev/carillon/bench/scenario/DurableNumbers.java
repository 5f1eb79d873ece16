package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.net.Loop;
import dev.carillon.bench.report.Ratio;
import dev.carillon.bench.report.Report;
import dev.carillon.bench.rpc.ClosedLoop;
import dev.carillon.bench.rpc.NumberCalls;
import dev.carillon.bench.rpc.RedisIncrements;
import dev.carillon.bench.rpc.RedisIncrements.Keeping;
import dev.carillon.bench.rpc.Reservations;
import dev.carillon.bench.rpc.Saturation;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Durable numbers beside INCR of a Redis of its own, as many requests out at a time on both sides.
///
/// What is compared is how many numbers callers got for each second of CPU of the box, the
/// generator's own included: it runs on the same machine in production too, as the caller.
final class DurableNumbers {
  private static final int OUTSTANDING = 50;

  private final Plans plans;
  private final Report report;
  private final Path root;
  private final Loop loop;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private final Table table =
      new Table(
          "what",
          "round",
          "numbers per s",
          "servers' CPU us each",
          "numbers per CPU-second",
          "load",
          "verdict");
  private boolean kept = true;

  /// @param root where installations live
  DurableNumbers(Plans plans, Report report, Path root, Loop loop) {
    this.plans = plans;
    this.report = report;
    this.root = root;
    this.loop = loop;
  }

  /// Measures and reports.
  ///
  /// @param address `host:port` of the sequence service
  /// @param processes the service and its database
  /// @return whether every promise was kept
  boolean run(String address, Map<String, List<Long>> processes) {
    List<Double> overDurable = new ArrayList<>();
    List<Double> overVolatile = new ArrayList<>();
    List<Double> blocksOverDurable = new ArrayList<>();
    List<Double> blocksOverVolatile = new ArrayList<>();
    Path programs = Path.of(System.getProperty("carillon.home", "."), ".engines");
    try (RedisIncrements redis = RedisIncrements.start(root.resolve("redis"), programs, loop);
        NumberCalls calls = new NumberCalls(address, OUTSTANDING)) {
      for (int round = 1; round <= plans.rounds(); round++) {
        double blocks = row("Reserve: every number of a block", round, blocks(address, processes));
        double single = row("NextNumbers: one number", round, single(calls, processes));
        double durable = row("Redis, appendfsync always", round, redis(redis, Keeping.ALWAYS));
        double unkept = row("Redis, nothing kept", round, redis(redis, Keeping.NOTHING));
        overDurable.add(single / durable);
        overVolatile.add(single / unkept);
        blocksOverDurable.add(blocks / durable);
        blocksOverVolatile.add(blocks / unkept);
      }
    }
    report.table("sequence: durable numbers, " + OUTSTANDING + " requests at a time", table);
    report.say(
        "Numbers per CPU-second, Reserve / Redis: durable %s, nothing kept %s; NextNumbers / Redis: durable %s, nothing kept %s"
            .formatted(
                Ratio.of(blocksOverDurable),
                Ratio.of(blocksOverVolatile),
                Ratio.of(overDurable),
                Ratio.of(overVolatile)));
    return kept;
  }

  private Saturation blocks(String address, Map<String, List<Long>> processes) {
    return Reservations.run(
        address,
        processes,
        new Reservations.Shape(1, OUTSTANDING),
        Reservations.Unit.NUMBERS,
        Plans.LEAD_IN,
        plans.duration());
  }

  private Saturation single(NumberCalls calls, Map<String, List<Long>> processes) {
    return ClosedLoop.run(calls, OUTSTANDING, processes, Plans.LEAD_IN, plans.duration());
  }

  private Saturation redis(RedisIncrements redis, Keeping keeping) {
    return redis.run(keeping, OUTSTANDING, Plans.LEAD_IN, plans.duration());
  }

  /// @return how many numbers for each second of CPU
  private double row(String what, int round, Saturation result) {
    double box = result.cpu().servers() + result.cpu().generator();
    double each = result.count() / box;
    boolean well = result.violations() == 0;
    kept &= well;
    String verdict = well ? "ok" : "FAIL: " + result.violations() + " broken promises";
    if (result.refused() > 0) {
      verdict += ", " + result.refused() + " refused";
    }
    table.row(
        List.of(
            what,
            Integer.toString(round),
            Numbers.text(result.perSecond()),
            Numbers.text(result.microsEach()),
            Numbers.text(each),
            Numbers.text(files.load()),
            verdict));
    report.step("%s: %s numbers per second".formatted(what, Numbers.text(result.perSecond())));
    JsonObject json = new JsonObject();
    json.addProperty("scenario", "sequence");
    json.addProperty("what", what);
    json.addProperty("round", round);
    json.addProperty("numbers_per_second", result.perSecond());
    json.addProperty("cpu_us_each", result.microsEach());
    json.addProperty("numbers_per_cpu_second", each);
    json.addProperty("verdict", verdict);
    json.addProperty("load", files.load());
    report.result(json);
    return each;
  }
}
