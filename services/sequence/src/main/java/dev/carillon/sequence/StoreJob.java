package dev.carillon.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A job of a [StoreWriter], which executes several of a kind together.
sealed interface StoreJob {
  /// Which key it is about.
  SequenceKey key();

  /// A refill of a key with durable numbers: the requests that wait for it, and the request to the
  /// store.
  ///
  /// Everything but the final fields is guarded by the lock of the slot's [SlotMemory].
  final class Refill implements StoreJob {
    final SequenceKey key;

    /// The epoch under which it was accepted; it is worth nothing under another one.
    final long epoch;

    final List<Waiting> waiting = new ArrayList<>(1);

    /// Whether the store has been asked, with the three values below.
    boolean begun;

    long above;
    int count;
    int level;

    /// A request that memory could not satisfy.
    record Waiting(NumberRequest request, GrantCallback callback, int index) {}

    Refill(SequenceKey key, long epoch) {
      this.key = key;
      this.epoch = epoch;
    }

    @Override
    public SequenceKey key() {
      return key;
    }
  }

  /// A read of the durable end of a key that is not in memory.
  record Lookup(SequenceKey key, long epoch, CompletableFuture<Long> answer) implements StoreJob {}
}
