package dev.carillon.bench.machine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

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

  /// What all groups used.
  public double servers() {
    return groups.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /// The generator's share of one core, 0 to the number of cores.
  public double generatorShare() {
    return generator / seconds;
  }
}
