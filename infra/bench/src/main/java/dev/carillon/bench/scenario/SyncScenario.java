package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.carillon.Fleet;
import dev.carillon.bench.carillon.Reconnects;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.OpenLoop.Run;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.measurement.Measurement;
import java.time.Duration;
import java.util.function.Supplier;

/// The scenario `sync`: people talk for a while; then their devices come as new ones that know
/// nothing, 64 at a time, and fetch everything. Each must end with an unbroken chain.
record SyncScenario(Context context, Plan plan) {
  static final Scenario SCENARIO =
      new Scenario(
          "sync",
          "new devices catch up",
          Plan.of(1_000, 10, 15, 500.0),
          Plan.of(200, 4, 4, 500.0),
          context -> new SyncScenario(context, context.plan()).run());

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private void run() throws Exception {
    CarillonSystem carillon = context.carillon();
    long stored;
    try (Fleet devices = carillon.gather(plan.users(), MeasuredSystem.Shape.PAIRS)) {
      Run first = context.send(carillon, devices, plan.rate() / 4, plan.warmUp());
      Run second = context.send(carillon, devices, plan.rate(), plan.step());
      stored = (long) first.outcome().acknowledged() + second.outcome().acknowledged();
      context
          .results()
          .add(
              context
                  .measurement(carillon.name(), 1)
                  .part("history is made")
                  .run(second, plan.options().lateMillis()));
    }
    // Once before it counts: the services get warm.
    measure(carillon, 0, stored);
    context.alone((system, pair) -> context.take(() -> measure(system, pair, stored)));
  }

  /// @param stored how many messages there are, each for two devices
  private Measurement measure(CarillonSystem system, int pair, long stored)
      throws InterruptedException {
    Reconnects reconnects = Reconnects.afterLong(plan.users());
    Supplier<CpuUse> watch = CpuUse.watch(system.processes());
    try (Fleet devices = system.gather(plan.users(), MeasuredSystem.Shape.PAIRS, reconnects)) {
      int absent = reconnects.await(LIMIT);
      // What came before the first device was let in is the tokens' part.
      double seconds =
          devices.signIns().seconds()
              + Math.max(0, (reconnects.lastReturn() - devices.signIns().end()) / 1e9);
      long disorders = reconnects.disorders.sum();
      long missing = 2 * stored - reconnects.pulled.sum();
      return context
          .measurement(system.name(), pair)
          .part("new devices")
          .time("complete", reconnects.absences.percentiles())
          .figure("devices per s", plan.users() / seconds)
          .figure("messages", reconnects.pulled.doubleValue())
          .figure("messages per s", reconnects.pulled.sum() / seconds)
          .cpu(watch.get(), plan.users())
          .broken(missing > 0 ? missing + " of " + 2 * stored + " messages are missing" : "")
          .broken(absent > 0 ? absent + " never were complete" : "")
          .broken(disorders > 0 ? disorders + " broken chains" : "");
    }
  }
}
