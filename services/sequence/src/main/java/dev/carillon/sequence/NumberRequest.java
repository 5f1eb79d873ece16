package dev.carillon.sequence;

/// A request for numbers of one key.
///
/// @param count how many at least, 1 to 100,000
/// @param exactly whether more would be wasted; otherwise the block granted grows with the key's
///   use
/// @param floor numbers up to and including this one are taken, also when the store does not know
///   it; 0 for no such knowledge
record NumberRequest(SequenceKey key, int count, boolean exactly, long floor) {
  /// The most numbers one request may ask for.
  static final int MAX_COUNT = 100_000;

  /// The highest floor: above it a key would run out of numbers within the life of the universe.
  static final long MAX_FLOOR = Long.MAX_VALUE / 2;

  /// Refuses values out of range.
  NumberRequest {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count: " + count + " (expected: 1 to " + MAX_COUNT + ")");
    }
    if (floor < 0 || floor > MAX_FLOOR) {
      throw new IllegalArgumentException("floor: " + floor + " (expected: 0 to " + MAX_FLOOR + ")");
    }
  }
}
