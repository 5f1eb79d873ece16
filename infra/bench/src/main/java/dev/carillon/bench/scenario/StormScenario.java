package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.carillon.Fleet;
import dev.carillon.bench.carillon.Reconnects;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.OpenLoop.Run;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The scenario `storm`: one of several gateways is killed, or drained, while people talk; how long
/// until all of its devices are back elsewhere and have everything.
record StormScenario(Context context, Plan plan) {
  static final Scenario SCENARIO =
      new Scenario(
          "storm",
          "a gateway is killed and one is drained",
          Plan.of(2_000, 10, 15, 200.0),
          Plan.of(400, 6, 4, 200.0),
          context -> new StormScenario(context, context.plan()).run(),
          Scenario.Trait.LOSES_A_GATEWAY);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private void run() throws Exception {
    context.alone((system, pair) -> {
      for (String how : List.of("killed", "drained")) {
        context.take(() -> measure(system, pair, how));
      }
    });
  }

  private Measurement measure(CarillonSystem system, int pair, String how) throws Exception {
    // The one that was killed last has to be there again, or there is one gateway less.
    Wait.until(system::hasAllGateways, POLL_INTERVAL, LIMIT);
    Reconnects reconnects = Reconnects.wanted();
    try (Fleet devices = system.gather(plan.users(), MeasuredSystem.Shape.PAIRS, reconnects)) {
      context.everybodySends(system, devices);
      long gateway = system.processes().getOrDefault("connection", List.of()).getFirst();
      FutureTask<Long> blow = new FutureTask<>(() -> strike(gateway, how));
      Thread.ofVirtual().start(blow);
      Run run = context.send(system, devices, plan.rate(), plan.step());
      int absent = reconnects.await(LIMIT);
      Measurement measurement =
          context.measurement(system.name(), pair).part(how).run(run, plan.options().lateMillis());
      return add(measurement, reconnects, blow.get(), absent);
    }
  }

  private static Measurement add(
      Measurement measurement, Reconnects reconnects, long struck, int absent) {
    double seconds = (reconnects.lastReturn() - struck) / 1e9;
    int[] eachSecond = reconnects.eachSecond(struck);
    int returned = reconnects.returned();
    int busiest = IntStream.of(eachSecond).max().orElse(0);
    long refusals = reconnects.refusals.sum();
    measurement
        .time("let in", reconnects.welcomes.percentiles())
        .time("up to date", reconnects.absences.percentiles())
        .figure("devices", returned)
        .broken(absent > 0 ? absent + " never came back" : "");
    if (absent == 0 && returned > 0) {
      measurement
          .figure("all back after s", seconds)
          .figure("back per s", returned / seconds)
          .figure("busiest s / mean", busiest * seconds / returned);
    }
    return measurement
        .remark(
            "back in each second: "
                + Arrays.stream(eachSecond)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" ")))
        .remark(refusals > 0 ? refusals + " refused for now and sent again" : "");
  }

  /// @return when it happened
  private long strike(long gateway, String how) {
    Wait.pause(Plan.LEAD_IN.plus(plan.duration().dividedBy(3)));
    long time = System.nanoTime();
    ProcessHandle.of(gateway)
        .ifPresent(how.equals("killed") ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
    return time;
  }
}
