package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.CallResult;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop;
import dev.carillon.bench.load.DueCalls;
import dev.carillon.bench.load.Window;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.bench.rpc.Counters;
import dev.carillon.bench.rpc.Database;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/// The runs of one service, and of the floors below it.
final class ServiceRuns {
  /// For a side of which nothing is counted.
  static final Figures NONE = (measurement, growth, result) -> {};

  static final String PER_SECOND = "per s";
  static final String PER_CPU_SECOND = "per CPU-second";
  static final String MEDIAN = "answered p50 ms";

  private final Context context;
  private final Plan plan;
  private final List<String> admins;
  private final Database database;

  /// Who is called.
  ///
  /// @param system its name in results
  /// @param part the part of the scenario, in which systems are compared
  /// @param processes whose CPU counts
  record Side(String system, String part, Calls calls, Map<String, List<Long>> processes) {
    static Side carillon(String part, Calls calls, Map<String, List<Long>> processes) {
      return new Side(CarillonSystem.NAME, part, calls, processes);
    }

    static Side floor(String name, String part, Calls calls, long pid) {
      return new Side(name, part, calls, Map.of(name, List.of(pid)));
    }
  }

  /// Adds what a service counts itself.
  @FunctionalInterface
  interface Figures {
    /// Called after a run.
    ///
    /// @param growth by how much one of the counters has grown during the run
    void add(Measurement measurement, ToDoubleFunction<String> growth, CallResult result)
        throws Exception;
  }

  /// @param service whose counters are read
  ServiceRuns(Context context, String service) {
    CarillonSystem carillon = context.carillon();
    this.context = context;
    this.plan = context.plan();
    this.admins = carillon.admins(service);
    this.database = new Database(carillon.databaseAddress(), carillon.databasePassword());
  }

  Database database() {
    return database;
  }

  /// Keeps a side busy until it is warm.
  void warm(Side side, Window window) throws InterruptedException {
    ClosedLoop.run(side.calls(), window, Map.of(), Duration.ZERO, plan.warmUp());
  }

  /// Makes calls that are due until a side is warm.
  void warm(Side side, double rate) throws InterruptedException {
    DueCalls.run(side.calls(), plan.schedule(rate, plan.warmUp()), Duration.ZERO, side.processes());
  }

  /// Keeps a side as busy as a window allows.
  Measurement busy(Side side, int pair, Window window) throws Exception {
    return take(
        side,
        pair,
        NONE,
        () ->
            ClosedLoop.run(side.calls(), window, side.processes(), Plan.LEAD_IN, plan.duration()));
  }

  /// Makes calls when they are due.
  Measurement due(Side side, int pair, double rate, Figures figures) throws Exception {
    return take(
        side,
        pair,
        figures,
        () ->
            DueCalls.run(
                side.calls(), plan.schedule(rate, context.step()), Plan.LEAD_IN, side.processes()));
  }

  /// Makes so many calls, and waits for all answers.
  Measurement all(Side side, int pair, int count, Window window, Figures figures) throws Exception {
    return take(
        side, pair, figures, () -> ClosedLoop.all(side.calls(), count, window, side.processes()));
  }

  private Measurement take(Side side, int pair, Figures figures, Callable<CallResult> run)
      throws Exception {
    return context.take(() -> {
      Counters before = Counters.read(admins, database);
      CallResult result = run.call();
      Counters after = Counters.read(admins, database);
      Measurement measurement =
          new Measurement(context.scenario(), side.system(), pair)
              .part(side.part())
              .rate(result.pace().rate())
              .cpu(result.pace().cpu(), (double) result.done())
              .broken(counted(result.broken(), "broken promises"))
              .broken(counted(result.unanswered(), "never answered"))
              .remark(counted(result.refused(), "refused"))
              .worthless(result.pace().voidBecause(plan.lateMillis()));
      if (result.pace().rate() > 0) {
        measurement
            .time("answered", result.times())
            .figure("late p99.9 ms", result.pace().lateness().p999());
      } else {
        double cpu = result.pace().cpu().servers() + result.pace().cpu().generator();
        measurement
            .figure(PER_SECOND, result.done() / result.pace().cpu().seconds())
            .figure(PER_CPU_SECOND, result.done() / cpu);
      }
      figures.add(measurement, name -> after.since(before, name), result);
      return measurement.figure("load", context.files().load());
    });
  }

  private static String counted(long count, String what) {
    return count == 0 ? "" : count + " " + what;
  }
}
