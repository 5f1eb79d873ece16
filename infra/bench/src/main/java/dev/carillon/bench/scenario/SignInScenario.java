package dev.carillon.bench.scenario;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.measurement.Measurement;
import java.util.function.Supplier;

/// The scenario `signin`: how fast devices come in, 64 at a time, from a new connection to being
/// reachable.
final class SignInScenario {
  static final Scenario SCENARIO =
      new Scenario(
          "signin",
          "how fast devices come in",
          Plan.of(2_000, 10, 15),
          Plan.of(500, 1, 3),
          SignInScenario::run,
          Scenario.Trait.FOR_PEERS);

  private SignInScenario() {}

  private static void run(Context context) throws Exception {
    for (MeasuredSystem system : context.systems()) {
      long end = System.nanoTime() + context.plan().warmUp().toNanos();
      do {
        gather(context, system).close();
      } while (System.nanoTime() < end);
    }
    context.inTurn((system, pair) -> context.take(() -> measure(context, system, pair)));
  }

  private static MeasuredSystem.SendingDevices gather(Context context, MeasuredSystem system)
      throws InterruptedException {
    return system.gather(context.plan().users(), MeasuredSystem.Shape.PAIRS);
  }

  private static Measurement measure(Context context, MeasuredSystem system, int pair)
      throws InterruptedException {
    Supplier<CpuUse> watch = CpuUse.watch(system.processes());
    try (MeasuredSystem.SendingDevices devices = gather(context, system)) {
      return context
          .measurement(system.name(), pair)
          .time("sign-in", devices.signIns().times())
          .figure("sign-ins per s", devices.signInsPerSecond())
          .cpu(watch.get(), context.plan().users());
    }
  }
}
