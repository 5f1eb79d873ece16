package dev.carillon.bench.scenario;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.Memory;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.local.supervisor.Wait;
import java.util.Map;
import java.util.function.Supplier;

/// The scenario `idle`: what a signed-in device that sends nothing but heartbeats costs.
record IdleScenario(Context context, Plan plan) {
  static final Scenario SCENARIO =
      new Scenario(
          "idle",
          "memory of devices that only send heartbeats",
          Plan.of(5_000, 10, 15),
          Plan.of(1_000, 2, 2),
          context -> new IdleScenario(context, context.plan()).run(),
          Scenario.Trait.FOR_PEERS,
          Scenario.Trait.SEVERAL_GENERATORS);

  /// Classes loaded and pools filled by a few connections are not what each one costs.
  private static final int FIRST_DEVICES = 100;

  private static final double KIBIBYTE = 1 << 10;

  private void run() throws Exception {
    for (MeasuredSystem system : context.systems()) {
      system.gather(FIRST_DEVICES, MeasuredSystem.Shape.PAIRS).close();
    }
    context.inTurn((system, pair) -> context.take(() -> measure(system, pair)));
  }

  private Measurement measure(MeasuredSystem system, int pair) throws InterruptedException {
    // For what is done a little later, such as announcing who has come or gone.
    Wait.pause(Plan.LEAD_IN);
    Map<String, Memory> before = Context.memory(system);
    try (MeasuredSystem.OnlineDevices idlers = system.idle(plan.users())) {
      Wait.pause(plan.warmUp());
      Supplier<CpuUse> watch = CpuUse.watch(system.processes());
      Wait.pause(plan.duration());
      CpuUse cpu = watch.get();
      Measurement measurement =
          context
              .measurement(system.name(), pair)
              .part(plan.users() + " devices")
              .figure("sign-ins per s", idlers.signInsPerSecond())
              .remark(idlers.losses());
      cpu.groups()
          .forEach((group, used) ->
              measurement.figure(group + " % of a core", 100 * used / cpu.seconds()));
      Map<String, Memory> after = Context.memory(system);
      after.forEach((group, now) -> add(measurement, group, before.getOrDefault(group, now), now));
      return measurement;
    }
  }

  private void add(Measurement measurement, String group, Memory before, Memory after) {
    double each = 1.0 / plan.users() / KIBIBYTE;
    after
        .heap()
        .flatMap(now -> before.heap().map(then -> now - then))
        .ifPresent(heap -> measurement.memory(group + " heap KiB each", heap * each));
    long anonymous = after.anonymous() - before.anonymous();
    measurement.memory(group + " anonymous KiB each", anonymous * each);
    // The kernel counts for the whole machine.
    double slab = (after.slab() - before.slab()) * each;
    measurement.memory("kernel KiB each, both ends", slab);
  }
}
