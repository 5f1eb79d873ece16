package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.MeasuredSystem.SendingDevices;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.OpenLoop.Run;
import dev.carillon.bench.machine.Jcmd;
import dev.carillon.bench.machine.Memory;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.machine.Profile;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.bench.measurement.Results;
import dev.carillon.wire.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// What a scenario works with.
///
/// @param scenario its name
/// @param plan what it was asked for
/// @param systems what is measured in turn, Carillon first
/// @param loop the network thread of the generator
/// @param results where measurements go
/// @param profile whether the JVMs of systems are profiled while they are observed
public record Context(
    String scenario,
    Plan plan,
    List<MeasuredSystem> systems,
    Loop loop,
    Results results,
    boolean profile) {
  private static final double MEBIBYTE = 1 << 20;

  /// One system in one pair.
  @FunctionalInterface
  public interface Turn<S extends MeasuredSystem> {
    /// Measures.
    ///
    /// @param pair from 1
    void run(S system, int pair) throws Exception;
  }

  /// Work that is observed.
  @FunctionalInterface
  public interface Observed {
    /// Does it.
    void run() throws Exception;
  }

  /// Carillon.
  public CarillonSystem carillon() {
    return (CarillonSystem) systems.getFirst();
  }

  /// Measures every system in turn, as often as planned.
  public void inTurn(Turn<MeasuredSystem> turn) throws Exception {
    for (int pair = 1; pair <= plan.options().pairs(); pair++) {
      for (MeasuredSystem system : systems) {
        turn.run(system, pair);
      }
    }
  }

  /// Measures Carillon alone, as often as planned.
  public void alone(Turn<CarillonSystem> turn) throws Exception {
    for (int pair = 1; pair <= plan.options().pairs(); pair++) {
      turn.run(carillon(), pair);
    }
  }

  /// Begins a measurement of this scenario.
  public Measurement measurement(String system, int pair) {
    return new Measurement(scenario, system, pair).figure("load", ProcFiles.load());
  }

  /// Measures, and again as long as the measurement is void and the plan allows; the results get
  /// each of them.
  public Measurement take(Callable<Measurement> measured) throws Exception {
    Measurement measurement = measured.call();
    results.add(measurement);
    for (int i = 0; i < plan.options().repeats() && measurement.isVoid(); i++) {
      measurement = measured.call();
      results.add(measurement);
    }
    return measurement;
  }

  /// Sends at a rate, all devices in turn; the first two seconds are not measured.
  public Run send(MeasuredSystem system, SendingDevices devices, double rate, Duration length)
      throws InterruptedException {
    List<Integer> order = new ArrayList<>(IntStream.range(0, plan.users()).boxed().toList());
    Collections.shuffle(order, new Random(plan.options().seed()));
    return send(system, devices, rate, length, message -> order.get(message % order.size()));
  }

  /// Sends at a rate; the first two seconds are not measured.
  public Run send(
      MeasuredSystem system,
      SendingDevices devices,
      double rate,
      Duration length,
      IntUnaryOperator senders)
      throws InterruptedException {
    return OpenLoop.run(system, devices, plan.schedule(rate, length), Plan.LEAD_IN, senders);
  }

  /// Sends until everybody has a message and knows from then on what it misses, and longer: until a
  /// system is warm.
  public void everybodySends(MeasuredSystem system, SendingDevices devices)
      throws InterruptedException {
    double rate = Math.max(plan.rate(), 2.0 * plan.users() / plan.warmUp().toSeconds());
    send(system, devices, rate, plan.warmUp());
  }

  /// Does work while the JVMs of a system are profiled, if that is wanted, and measures the memory
  /// of all its processes at its end.
  public void observed(MeasuredSystem system, int pair, Observed work) throws Exception {
    List<Profile> profiles = new ArrayList<>();
    for (Map.Entry<String, List<Long>> group : system.processes().entrySet()) {
      long first = group.getValue().getFirst();
      if (profile && Jcmd.isJvm(first)) {
        String name = scenario + "-" + group.getKey();
        profiles.add(Profile.start(first, results.folder().resolve(name)));
      }
    }
    try {
      work.run();
    } finally {
      for (Profile running : profiles) {
        results.say(running.stop());
      }
    }
    Measurement memory = measurement(system.name(), pair).part("memory");
    memory(system)
        .forEach((name, used) -> {
          used.heap().ifPresent(heap -> memory.memory(name + " heap MiB", heap / MEBIBYTE));
          memory.memory(name + " anonymous MiB", used.anonymous() / MEBIBYTE);
        });
    results.add(memory);
  }

  /// The memory of each group of a system's processes.
  static Map<String, Memory> memory(MeasuredSystem system) throws InterruptedException {
    Map<String, Memory> memory = new LinkedHashMap<>();
    for (Map.Entry<String, List<Long>> group : system.processes().entrySet()) {
      memory.put(group.getKey(), Memory.of(group.getValue()));
    }
    return memory;
  }
}
