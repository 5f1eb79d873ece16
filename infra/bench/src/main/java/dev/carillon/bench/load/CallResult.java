package dev.carillon.bench.load;

/// What became of calls.
///
/// @param pace how the generator did
/// @param times from when each was due until its answer, an answer that never came counted as a
///   minute; refusals are left out; nothing when nothing was due
/// @param done how much was done in the measured time; of calls that were due, how many were
///   answered
/// @param refused how much was refused
/// @param broken how many answers broke a promise
/// @param unanswered how many answers never came
public record CallResult(
    Pace pace, Percentiles times, long done, long refused, long broken, long unanswered) {
  /// Whether every promise was kept, and every call answered.
  public boolean isClean() {
    return broken == 0 && unanswered == 0;
  }
}
