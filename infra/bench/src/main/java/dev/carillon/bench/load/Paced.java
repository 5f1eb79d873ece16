package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;

/// How calls went that were made when they were due.
///
/// @param rate calls per second
/// @param times from when each was due until its answer, an answer that never came counted as a
///   minute; refusals are left out
/// @param lateness of the generator itself
/// @param refused how many were refused
/// @param broken how many answers broke a promise
/// @param unanswered how many answers never came
/// @param cpu what CPU it took
public record Paced(
    double rate,
    Percentiles times,
    Percentiles lateness,
    long refused,
    long broken,
    long unanswered,
    CpuUse cpu) {
  private static final double MICROS = 1e6;

  /// The servers' CPU for each answer, in microseconds.
  public double microsEach() {
    return cpu.servers() * MICROS / Math.max(1, times.count());
  }

  /// One group's CPU for each answer, in microseconds.
  public double microsEach(String group) {
    return cpu.groups().getOrDefault(group, 0.0) * MICROS / Math.max(1, times.count());
  }

  /// Whether every promise was kept, and every call answered.
  public boolean isClean() {
    return broken == 0 && unanswered == 0;
  }

  /// Why it says nothing about the server; empty: it does.
  public String voidBecause(Run.Limits limits) {
    return limits.voidBecause(lateness, cpu);
  }
}
