package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.Shards;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// A store in memory that can go away, lose its tail, and be watched.
final class FakeSequenceStore implements SequenceStore {
  private final Shards shards = Shards.one();
  private final Map<SequenceKey, Long> ends = new HashMap<>();
  private final List<List<Advance>> batches = new ArrayList<>();
  private final AtomicReference<Optional<Runnable>> beforeNext =
      new AtomicReference<>(Optional.empty());
  private boolean away;

  @Override
  public Shards shards() {
    return shards;
  }

  @Override
  public List<Long> advance(List<Advance> advances) {
    beforeNext.getAndSet(Optional.empty()).ifPresent(Runnable::run);
    return advanceNow(advances);
  }

  private synchronized List<Long> advanceNow(List<Advance> advances) {
    requireThere();
    batches.add(List.copyOf(advances));
    List<Long> firsts = new ArrayList<>();
    for (Advance advance : advances) {
      long base = Math.max(ends.getOrDefault(advance.key(), 0L), advance.above());
      ends.put(advance.key(), base + advance.count());
      firsts.add(base + 1);
    }
    return firsts;
  }

  @Override
  public synchronized List<Long> ends(List<SequenceKey> keys) {
    requireThere();
    return keys.stream().map(key -> ends.getOrDefault(key, 0L)).toList();
  }

  /// Whether calls fail.
  synchronized void away(boolean nowAway) {
    away = nowAway;
  }

  /// Runs `action` in the writer's thread right before the next advance.
  void beforeNextAdvance(Runnable action) {
    beforeNext.set(Optional.of(action));
  }

  /// Makes the next advance wait until the test lets it go.
  Hold holdNextAdvance() {
    Hold hold = new Hold();
    beforeNextAdvance(hold::run);
    return hold;
  }

  /// Sets a durable end as a restored or promoted server would have it.
  synchronized void restore(SequenceKey key, long end) {
    ends.put(key, end);
  }

  synchronized long end(SequenceKey key) {
    return ends.getOrDefault(key, 0L);
  }

  /// What was written so far, one list per transaction.
  synchronized List<List<Advance>> batches() {
    return List.copyOf(batches);
  }

  private void requireThere() {
    if (away) {
      throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "the fake store is away");
    }
  }

  /// A writer kept waiting inside the store.
  static final class Hold {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    void awaitReached() {
      await(reached);
    }

    void letGo() {
      go.countDown();
    }

    private void run() {
      reached.countDown();
      await(go);
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(60, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody came");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
