package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.bench.load.DueCalls;
import dev.carillon.bench.load.Schedule;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.bench.rpc.Counters;
import dev.carillon.bench.rpc.Database;
import dev.carillon.installation.Installation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/// The runs of one service, and of the floors below it.
///
/// @param service its name
/// @param address `host:port` of the service
/// @param admins those of its admin ports, where its counters are read
record ServiceRuns(
    Context context,
    Plan plan,
    String service,
    String address,
    List<String> admins,
    Database database) {
  /// For a side of which nothing is counted.
  static final Figures NONE = (measurement, growth) -> {};

  static final String PER_SECOND = "per s";
  static final String PER_CPU_SECOND = "per CPU-second";
  static final String MEDIAN = "answered p50 ms";

  /// Who is called.
  ///
  /// @param system its name in results
  /// @param part the part of the scenario, in which systems are compared
  /// @param processes whose CPU counts
  record Side(String system, String part, Calls calls, Map<String, List<Long>> processes) {
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
    void add(Measurement measurement, ToDoubleFunction<String> growth) throws Exception;
  }

  /// The runs of a service of Carillon.
  static ServiceRuns of(Context context, String service) {
    CarillonSystem carillon = context.carillon();
    List<Installation.Service> instances = carillon.installation().instances(service);
    return new ServiceRuns(
        context,
        context.plan(),
        service,
        instances.getFirst().address(),
        instances.stream().map(Installation.Service::admin).toList(),
        carillon.database());
  }

  /// Carillon, with the CPU of the service and the database.
  Side ours(String part, Calls calls) {
    Map<String, List<Long>> processes = context.carillon().processes(service, "mariadb");
    return new Side(CarillonSystem.NAME, part, calls, processes);
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
    Callable<Calls.Result> run =
        () -> ClosedLoop.run(side.calls(), window, side.processes(), Plan.LEAD_IN, plan.duration());
    return take(side, pair, NONE, run);
  }

  /// Makes calls when they are due.
  Measurement due(Side side, int pair, double rate, Figures figures) throws Exception {
    Schedule schedule = plan.schedule(rate, plan.step());
    Callable<Calls.Result> run =
        () -> DueCalls.run(side.calls(), schedule, Plan.LEAD_IN, side.processes());
    return take(side, pair, figures, run);
  }

  /// Makes a call for each user, and waits for all answers. Not for pairs: some of it stays.
  Measurement all(Side side, Window window, Figures figures) throws Exception {
    Callable<Calls.Result> run =
        () -> ClosedLoop.all(side.calls(), plan.users(), window, side.processes());
    return take(side, 1, figures, run);
  }

  private Measurement take(Side side, int pair, Figures figures, Callable<Calls.Result> run)
      throws Exception {
    return context.take(() -> {
      Map<String, Double> before = Counters.read(admins, database);
      Calls.Result result = run.call();
      Map<String, Double> after = Counters.read(admins, database);
      CpuUse cpu = result.pace().cpu();
      Measurement measurement =
          context
              .measurement(side.system(), pair)
              .part(side.part())
              .cpu(cpu, (double) result.done())
              .broken(counted(result.broken(), "broken promises"))
              .broken(counted(result.unanswered(), "never answered"))
              .remark(counted(result.refused(), "refused"));
      if (result.pace().rate() > 0) {
        measurement
            .time("answered", result.times())
            .due(result.pace(), plan.options().lateMillis());
      } else {
        measurement
            .figure(PER_SECOND, result.done() / cpu.seconds())
            .figure(PER_CPU_SECOND, result.done() / (cpu.servers() + cpu.generator()));
      }
      figures.add(measurement, name -> Counters.growth(before, after, name));
      return measurement;
    });
  }

  private static String counted(long count, String what) {
    return count == 0 ? "" : count + " " + what;
  }
}
