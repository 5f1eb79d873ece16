package dev.carillon.runtime.slots;

import java.util.List;
import java.util.stream.IntStream;

/// A stretch of slots that stand beside each other.
///
/// @param from the first, 0 to 1023
/// @param to the one after the last, 1 to 1024
public record SlotRange(int from, int to) {
  /// All slots.
  public static final SlotRange ALL = new SlotRange(0, Slots.COUNT);

  /// Refuses a stretch without slots.
  public SlotRange {
    if (from < 0 || from >= to || to > Slots.COUNT) {
      throw new IllegalArgumentException(
          "slots: %s to %s (expected: 0 <= from < to <= %s)".formatted(from, to, Slots.COUNT));
    }
  }

  /// Whether both hold a slot.
  public boolean overlaps(SlotRange other) {
    return from < other.to && other.from < to;
  }

  /// The stretch in `parts` equal parts; in as many as it has slots if these are fewer.
  List<SlotRange> split(int parts) {
    int size = to - from;
    int count = Math.min(parts, size);
    return IntStream.range(0, count)
        .mapToObj(i -> new SlotRange(from + i * size / count, from + (i + 1) * size / count))
        .toList();
  }
}
