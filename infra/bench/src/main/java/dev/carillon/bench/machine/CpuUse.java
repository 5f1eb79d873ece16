package dev.carillon.bench.machine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The CPU that was used over some time, in seconds.
///
/// @param seconds how long it was
/// @param groups what each group of processes used
/// @param generator what this process used
/// @param foreign what everybody else on the machine used
public record CpuUse(double seconds, Map<String, Double> groups, double generator, double foreign) {
  public CpuUse {
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
  }

  /// Begins to count.
  ///
  /// @param groups process ids by the name under which their CPU is reported
  /// @return gives what was used until it is asked
  public static Supplier<CpuUse> watch(Map<String, List<Long>> groups) {
    Moment before = Moment.now(groups);
    return () -> Moment.now(groups).since(before);
  }

  /// What all groups used.
  public double servers() {
    return groups.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /// The generator's share of one core, 0 to the number of cores.
  public double generatorShare() {
    return generator / seconds;
  }

  /// What had been used at one moment.
  private record Moment(Map<String, Double> groups, double self, double machine, long nanos) {
    static Moment now(Map<String, List<Long>> groups) {
      Map<String, Double> used = new LinkedHashMap<>();
      groups.forEach(
          (group, pids) -> used.put(group, pids.stream().mapToDouble(ProcFiles::cpuSeconds).sum()));
      double self = ProcFiles.cpuSeconds(ProcessHandle.current().pid());
      return new Moment(
          used, self, ProcFiles.ofThisMachine().machineCpuSeconds(), System.nanoTime());
    }

    CpuUse since(Moment before) {
      Map<String, Double> used = new LinkedHashMap<>();
      groups.forEach((group, now) -> used.put(group, now - before.groups.getOrDefault(group, now)));
      CpuUse own = new CpuUse((nanos - before.nanos) / 1e9, used, self - before.self, 0);
      double foreign = machine - before.machine - own.generator() - own.servers();
      return new CpuUse(own.seconds(), used, own.generator(), Math.max(0, foreign));
    }
  }
}
