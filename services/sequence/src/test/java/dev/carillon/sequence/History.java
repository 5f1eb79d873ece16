package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everything callers were given, and the check that no number came twice and none went back.
///
/// Thread-safe.
final class History {
  private final Map<SequenceKey, List<Entry>> entries = new HashMap<>();

  /// Numbers that a caller got between two moments of the monotonic clock.
  private record Entry(long askedAt, long toldAt, long first, long last) {}

  synchronized void record(SequenceKey key, long askedAt, long toldAt, long first, long last) {
    entries
        .computeIfAbsent(key, added -> new ArrayList<>())
        .add(new Entry(askedAt, toldAt, first, last));
  }

  /// How many blocks were recorded.
  synchronized long size() {
    return entries.values().stream().mapToLong(List::size).sum();
  }

  synchronized void verify() {
    assertThat(entries).isNotEmpty();
    entries.forEach((key, blocks) -> {
      verifyNothingTwice(key, blocks);
      verifyNothingBack(key, blocks);
    });
  }

  private static void verifyNothingTwice(SequenceKey key, List<Entry> blocks) {
    long end = 0;
    for (Entry block : sorted(blocks, Comparator.comparingLong(Entry::first))) {
      assertThat(block.first()).as("key %s: %s", key, block).isGreaterThan(end);
      assertThat(block.last()).isGreaterThanOrEqualTo(block.first());
      end = block.last();
    }
  }

  /// Whoever asks after somebody was told gets higher numbers; those who ask at the same time may
  /// be served in any order.
  private static void verifyNothingBack(SequenceKey key, List<Entry> blocks) {
    List<Entry> byTold = sorted(blocks, Comparator.comparingLong(Entry::toldAt));
    long highest = 0;
    int told = 0;
    for (Entry block : sorted(blocks, Comparator.comparingLong(Entry::askedAt))) {
      while (byTold.get(told).toldAt() < block.askedAt()) {
        highest = Math.max(highest, byTold.get(told).last());
        told++;
      }
      assertThat(block.first()).as("key %s: %s", key, block).isGreaterThan(highest);
    }
  }

  private static List<Entry> sorted(List<Entry> blocks, Comparator<Entry> order) {
    return blocks.stream().sorted(order).toList();
  }
}
