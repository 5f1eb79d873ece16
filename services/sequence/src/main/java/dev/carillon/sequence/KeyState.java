package dev.carillon.sequence;

/// The state of one key in memory: the numbers that are durable and not yet issued, and how fast
/// they go.
///
/// A plain mutable value, guarded by the lock of the [SlotMemory].
final class KeyState {
  /// The next number to issue, 1 or more.
  long next = 1;

  /// How many numbers from `next` on are durable, 0 to [#MAX_REMAINING].
  int remaining;

  /// How often it is refilled, 0 to [BlockSizing#MAX_LEVEL].
  int level;

  /// When the key was last refilled, in seconds of the service's own clock.
  int refilledAt;

  static final int MAX_REMAINING = (1 << 28) - 1;

  /// The highest durable number known.
  long end() {
    return next + remaining - 1;
  }

  /// Skips the numbers up to and including `floor`, as far as they are in memory.
  void skipTo(long floor) {
    if (floor >= next) {
      int skipped = (int) Math.min(floor - next + 1, remaining);
      next += skipped;
      remaining -= skipped;
    }
  }

  /// Takes `count` numbers, which must be there.
  Outcome.Block take(int count) {
    Outcome.Block block = new Outcome.Block(next, next + count - 1);
    next += count;
    remaining -= count;
    return block;
  }

  /// Adds `count` durable numbers from `first` on. What is left of before is kept when the new ones
  /// follow it, else skipped.
  void add(long first, int count) {
    if (first == end() + 1) {
      remaining += count;
    } else {
      next = first;
      remaining = count;
    }
  }

  void copyFrom(KeyState other) {
    next = other.next;
    remaining = other.remaining;
    level = other.level;
    refilledAt = other.refilledAt;
  }
}
