package dev.carillon.bench.load;

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
}
