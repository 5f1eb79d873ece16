package dev.carillon.sequence;

import java.util.LinkedHashMap;

/// The keys of one slot that are in memory, at most a fixed number of them; the least recently used
/// are forgotten first.
///
/// Forgetting a key skips the numbers it had left and nothing else. Not thread-safe.
final class ResidentKeys {
  private static final int OTHERS_PER_LIMIT = 8;

  private final KeyTable compact;
  private final LinkedHashMap<SequenceKey, KeyState> others = new LinkedHashMap<>(0, 0.75f, true);
  private final int othersLimit;

  /// @param limit how many 16-byte keys there may be, 1 or more; keys of other lengths, which cost
  ///   five times the memory, an eighth of that
  ResidentKeys(int limit) {
    this.compact = new KeyTable(limit);
    this.othersLimit = Math.max(1, limit / OTHERS_PER_LIMIT);
  }

  int size() {
    return compact.size() + others.size();
  }

  void clear() {
    compact.clear();
    others.clear();
  }

  /// Copies what is known of a key into `state`; false when nothing is.
  boolean load(SequenceKey key, KeyState state) {
    if (key.isCompact()) {
      return compact.load(key.high(), key.low(), state);
    }
    KeyState known = others.get(key);
    if (known == null) {
      return false;
    }
    state.copyFrom(known);
    return true;
  }

  /// Remembers `state`; true when another key had to be forgotten for it.
  boolean store(SequenceKey key, KeyState state) {
    if (key.isCompact()) {
      return compact.store(key.high(), key.low(), state);
    }
    others.computeIfAbsent(key, added -> new KeyState()).copyFrom(state);
    if (others.size() <= othersLimit) {
      return false;
    }
    others.pollFirstEntry();
    return true;
  }
}
