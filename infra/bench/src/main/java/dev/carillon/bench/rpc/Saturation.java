package dev.carillon.bench.rpc;

import dev.carillon.bench.machine.CpuUse;

/// What came through at saturation.
///
/// @param count how many were done
/// @param refused how many were not
/// @param violations how often a promise was broken
/// @param cpu what CPU it took
public record Saturation(long count, long refused, long violations, CpuUse cpu) {
  private static final double MICROS = 1e6;

  /// How many were done each second.
  public double perSecond() {
    return count / cpu.seconds();
  }

  /// The servers' CPU for each, in microseconds.
  public double microsEach() {
    return cpu.servers() * MICROS / Math.max(1, count);
  }

  /// One group's CPU for each, in microseconds.
  public double microsEach(String group) {
    return cpu.groups().getOrDefault(group, 0.0) * MICROS / Math.max(1, count);
  }
}
