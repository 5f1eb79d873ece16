package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.carillon.Fleet;
import dev.carillon.bench.carillon.Reconnects;
import dev.carillon.bench.load.MeasuredSystem.Shape;
import dev.carillon.bench.load.OpenLoop.Run;
import dev.carillon.bench.machine.Memory;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;

/// The scenario `freeze`: one device in twenty stops reading while half of all messages are sent to
/// it; what each of them costs the gateways, whether the others notice, and whether the stopped
/// ones are disconnected and have everything after they go on.
///
/// @param stopped how many devices stop
record FreezeScenario(Context context, Plan plan, int stopped) {
  static final Scenario SCENARIO =
      new Scenario(
          "freeze",
          "one device in twenty stops reading",
          Plan.of(1_000, 10, 15, 500.0),
          Plan.of(200, 4, 4, 200.0),
          FreezeScenario::run);

  private static final int EVERY = 20;

  /// Longer than a gateway tries to hand over messages that nobody acknowledges.
  private static final Duration STOPPED = Duration.ofSeconds(45);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final double KIBIBYTE = 1 << 10;

  private static void run(Context context) throws Exception {
    int users = context.plan().users();
    new FreezeScenario(context, context.plan(), Math.max(1, users / EVERY)).run();
  }

  private void run() throws Exception {
    context.alone((system, pair) -> {
      try (Fleet devices = system.gather(plan.users(), Shape.PAIRS, Reconnects.wanted())) {
        context.everybodySends(system, devices);
        context.take(() ->
            context
                .measurement(system.name(), pair)
                .part("before")
                .run(send(system, devices), plan.options().lateMillis()));
        // Once only: the devices that stop are disconnected in the end.
        context.results().add(meanwhile(system, pair, devices));
      }
    });
  }

  private Run send(CarillonSystem system, Fleet devices) throws InterruptedException {
    return context.send(system, devices, plan.rate(), plan.step(), this::sender);
  }

  private Measurement meanwhile(CarillonSystem system, int pair, Fleet devices) throws Exception {
    Reconnects reconnects = devices.reconnects();
    List<Long> gateways =
        system.processes("connection").values().stream().flatMap(List::stream).toList();
    Memory before = Memory.of(gateways);
    FutureTask<Memory> stop = new FutureTask<>(() -> stop(devices, gateways));
    Thread.ofVirtual().start(stop);
    Run run = send(system, devices);
    Memory after = stop.get();
    long wentOn = System.nanoTime();
    int absent = reconnects.await(LIMIT);
    long heap = after.heap().orElse(0L) - before.heap().orElse(0L);
    long anonymous = after.anonymous() - before.anonymous();
    double seconds = (System.nanoTime() - wentOn) / 1e9;
    Measurement measurement = context.measurement(system.name(), pair).part("meanwhile");
    if (absent == 0) {
      measurement.figure("all had everything after s", seconds);
    }
    return measurement
        .run(run, plan.options().lateMillis())
        .figure("stopped", stopped)
        .figure("disconnected", reconnects.returned())
        .memory("gateway heap KiB for each stopped", heap / KIBIBYTE / stopped)
        .memory("gateway anonymous KiB for each stopped", anonymous / KIBIBYTE / stopped)
        .broken(absent > 0 ? absent + " never came back" : "");
  }

  /// Half of it is sent to those who stop, by the others of their pairs; the rest by all who go on.
  private int sender(int message) {
    int half = message / 2;
    if (message % 2 == 0) {
      return half % stopped * EVERY + 1;
    }
    int others = plan.users() - stopped;
    int other = half % others;
    return other / (EVERY - 1) * EVERY + 1 + other % (EVERY - 1);
  }

  /// Stops some devices, looks at the gateways' memory when all is sent, and has them go on when
  /// the gateways have given them up.
  private Memory stop(Fleet devices, List<Long> gateways) throws InterruptedException {
    long begin = System.nanoTime();
    devices.pause(device -> device % EVERY == 0 && device / EVERY < stopped);
    Wait.pause(plan.step().plusSeconds(1));
    Memory after = Memory.of(gateways);
    Wait.nanos(begin + STOPPED.toNanos() - System.nanoTime());
    devices.goOn();
    return after;
  }
}
