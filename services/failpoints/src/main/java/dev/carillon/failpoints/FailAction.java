package dev.carillon.failpoints;

import java.time.Duration;

/// The fault at a fail-point.
sealed interface FailAction {
  /// The process ends at once, as by `kill -9`.
  record Crash() implements FailAction {
    @Override
    public String toString() {
      return "crash";
    }
  }

  /// The thread waits, with its locks and transactions.
  ///
  /// @param duration how long
  record Pause(Duration duration) implements FailAction {
    @Override
    public String toString() {
      return "pause:" + duration.toMillis() + "ms";
    }
  }

  /// The database, or the other side, seems to be lost.
  record Fail() implements FailAction {
    @Override
    public String toString() {
      return "fail";
    }
  }
}
