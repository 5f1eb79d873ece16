package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;

/// What became of calls.
///
/// @param rate the calls per second that were due; 0: as many as were answered
/// @param times from when each was due until its answer, an answer that never came counted as a
///   minute; refusals are left out; nothing when nothing was due
/// @param lateness of the generator itself
/// @param done how much was done in the measured time; of calls that were due, how many were
///   answered
/// @param refused how much was refused
/// @param broken how many answers broke a promise
/// @param unanswered how many answers never came
/// @param cpu what CPU it took
public record CallResult(
    double rate,
    Percentiles times,
    Percentiles lateness,
    long done,
    long refused,
    long broken,
    long unanswered,
    CpuUse cpu) {
  /// How much was done each second.
  public double perSecond() {
    return done / cpu.seconds();
  }

  /// Whether every promise was kept, and every call answered.
  public boolean isClean() {
    return broken == 0 && unanswered == 0;
  }

  /// Why it says nothing about the server; empty: it does.
  public String voidBecause(Run.Limits limits) {
    return rate == 0 ? "" : limits.voidBecause(lateness, cpu);
  }
}
