package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;

/// The outcome of one [NumberRequest].
sealed interface Outcome {
  /// Consecutive numbers, both ends included, that no other request gets.
  ///
  /// @param first 1 or more
  /// @param last at least `first`
  record Block(long first, long last) implements Outcome {
    /// Refuses what is no block.
    public Block {
      if (first < 1 || last < first) {
        throw new IllegalArgumentException(
            "block: " + first + " to " + last + " (expected: from 1 on, and not backwards)");
      }
    }

    /// How many numbers there are.
    long count() {
      return last - first + 1;
    }
  }

  /// No numbers, and the reason; a later try may succeed.
  record Refused(Refusal refusal) implements Outcome {}
}
