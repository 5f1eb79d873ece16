package dev.carillon.sequence;

import java.util.ArrayList;
import java.util.List;

/// A key's way to more durable numbers: who waits for them, and what the store was asked for.
///
/// Everything but the final fields is guarded by the lock of `memory`.
final class Refill implements StoreJob {
  final SlotMemory memory;
  final SequenceKey key;

  /// The epoch under which it was accepted; it is worth nothing under another one.
  final long epoch;

  final List<Waiting> waiting = new ArrayList<>(1);

  /// Whether the store has been asked, with the three values below.
  boolean begun;

  long above;
  int count;
  int level;

  /// A demand that memory could not satisfy.
  record Waiting(Demand demand, Taker taker, int index) {}

  Refill(SlotMemory memory, SequenceKey key, long epoch) {
    this.memory = memory;
    this.key = key;
    this.epoch = epoch;
  }
}
