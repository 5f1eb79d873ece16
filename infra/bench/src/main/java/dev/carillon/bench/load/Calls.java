package dev.carillon.bench.load;

import dev.carillon.bench.load.Latencies.Percentiles;

/// Something that can be requested as often as one likes and answers later, on threads of its own.
@FunctionalInterface
public interface Calls extends AutoCloseable {
  /// Requests once. Answers exactly once.
  ///
  /// @param number which call it is, from 0
  void call(int number, Answer answer);

  /// Sends what was held back in order to be sent with further calls, of which there will be none
  /// for now.
  default void flush() {}

  /// Ends its connections.
  @Override
  default void close() {}

  /// The receiver of a call's result; called by any thread.
  @FunctionalInterface
  interface Answer {
    /// The answer has arrived.
    ///
    /// @param amount how much was done or refused, such as the numbers of a block
    void came(Verdict verdict, long amount);
  }

  /// What an answer is worth.
  enum Verdict {
    /// It is what was requested.
    DONE,
    /// It says no.
    REFUSED,
    /// It breaks a promise.
    BROKEN
  }

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
  record Result(
      Pacer.Pace pace, Percentiles times, long done, long refused, long broken, long unanswered) {
    /// Whether every promise was kept, and every call answered.
    public boolean isClean() {
      return broken == 0 && unanswered == 0;
    }
  }
}
