package dev.carillon.runtime.batch;

import java.time.Duration;

/// The limits of a [Coalescer].
///
/// @param executions how many executions of one key run at a time, at least 1
/// @param calls how many calls one execution answers at most, at least 1
/// @param waiting how many calls of all keys may wait for an execution, at least 1
/// @param waitLimit how long a call waits for its execution to begin, at most
public record CoalescerLimits(int executions, int calls, int waiting, Duration waitLimit) {
  /// Refuses limits below 1, and a wait that is not positive.
  public CoalescerLimits {
    requirePositive("executions", executions);
    requirePositive("calls", calls);
    requirePositive("waiting", waiting);
    if (!waitLimit.isPositive()) {
      throw new IllegalArgumentException("waitLimit: " + waitLimit + " (expected: above 0)");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
  }
}
