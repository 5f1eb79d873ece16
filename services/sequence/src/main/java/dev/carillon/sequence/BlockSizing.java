package dev.carillon.sequence;

/// The number of numbers reserved in advance for a key: few for a quiet key, many for a busy one.
///
/// A key starts at level 0, rises by one whenever it is refilled within [#HOT_SECONDS] of the last
/// time, and falls by one for every [#COLD_SECONDS] without a refill. Each level doubles the block.
final class BlockSizing {
  static final int MAX_LEVEL = 15;
  static final int HOT_SECONDS = 10;
  static final int COLD_SECONDS = 60;

  private final int first;
  private final int max;

  /// @param first the block of a new key, 1 or more
  /// @param max the largest block, at least `first`
  BlockSizing(int first, int max) {
    if (first < 1 || max < first) {
      throw new IllegalArgumentException(
          "blocks: " + first + " to " + max + " (expected: 1 or more, growing)");
    }
    this.first = first;
    this.max = max;
  }

  /// What one caller is granted at a time.
  int block(int level) {
    return (int) Math.min(max, (long) first << level);
  }

  /// What is made durable at a time: one block to grant and one to keep, so that the next caller
  /// need not wait for the store.
  int extension(int level) {
    return 2 * block(level);
  }

  /// The level of a key that is refilled `elapsed` seconds after the last time.
  int next(int level, int elapsed) {
    if (elapsed < HOT_SECONDS) {
      return block(level) < max && level < MAX_LEVEL ? level + 1 : level;
    }
    return Math.max(0, level - elapsed / COLD_SECONDS);
  }
}
