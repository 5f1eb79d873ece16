package dev.carillon.bench.load;

/// Something that can be asked for as often as one likes and answers later, on threads of its own.
public interface Calls {
  /// Asks once. Must not block, and answers exactly once.
  ///
  /// @param number which one it is, from 0
  void call(int number, Answer answer);

  /// The receiver of a call's result; called by any thread.
  @FunctionalInterface
  interface Answer {
    /// The answer has arrived.
    void came(Verdict verdict);
  }

  /// What an answer is worth.
  enum Verdict {
    /// It is what was asked for.
    DONE,
    /// It says no.
    REFUSED,
    /// It breaks a promise.
    BROKEN
  }
}
