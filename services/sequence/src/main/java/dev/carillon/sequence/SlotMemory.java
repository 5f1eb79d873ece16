package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.sequence.Outcome.Block;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.sequence.SequenceConfig.Limits;
import dev.carillon.sequence.SequenceStore.Advance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The numbers of one slot that are durable and not yet issued, for as long as this instance owns
/// the slot.
///
/// The rules that keep numbers growing and unique:
/// - what is remembered belongs to one epoch; under another one it is forgotten before anything
///   else;
/// - numbers are taken under the lock, and ownership is asked after the lock was got, so that a
///   process that was stopped and woke up issues nothing it remembers from before;
/// - there is at most one refill per key, and its numbers come from the store's atomic step: if
///   another instance moved the end, the numbers left in memory are skipped.
///
/// Thread-safe: every method is a short critical section that never blocks. Callbacks run outside
/// the lock, by running what is added to `after`.
final class SlotMemory {
  private static final long MAX_EXTENSION = 1 << 26;
  private static final Duration RETRY_AFTER = Duration.ofMillis(50);

  private final int slot;
  private final OwnedSlots owned;
  private final BlockSizing sizing;
  private final Predicate<StoreJob> queue;
  private final Semaphore waitLimit;
  private final IntSupplier seconds;
  private final SequenceMetrics metrics;
  private final ResidentKeys keys;
  private final Map<SequenceKey, Refill> refills = new HashMap<>();
  private final KeyState state = new KeyState();
  private long epoch;
  private @Nullable CompletableFuture<Void> releasing;

  /// A job of the [StoreWriter], which executes several of a kind together.
  sealed interface StoreJob {
    /// The memory that the job is for.
    SlotMemory memory();
  }

  /// A refill of a key with durable numbers: the requests that wait for it, and the request to the
  /// store. Everything but the final fields is guarded by the lock of the memory.
  static final class Refill implements StoreJob {
    private final SlotMemory memory;
    private final SequenceKey key;
    // It is worth nothing under another epoch than the one in which it was accepted.
    private final long epoch;
    private final List<Waiting> waiting = new ArrayList<>(1);
    // The request to the store, once it was made, and the level of the key after it.
    private @Nullable Advance advance;
    private int level;

    private Refill(SlotMemory memory, SequenceKey key, long epoch) {
      this.memory = memory;
      this.key = key;
      this.epoch = epoch;
    }

    @Override
    public SlotMemory memory() {
      return memory;
    }
  }

  /// A request that memory could not satisfy.
  private record Waiting(NumberRequest request, Consumer<Outcome> callback) {}

  /// A read of the durable end of a key that is not in memory.
  record Lookup(SlotMemory memory, SequenceKey key, long epoch, CompletableFuture<Long> answer)
      implements StoreJob {}

  /// @param owned which slots this instance owns
  /// @param queue takes a job to the store; false when it is full
  /// @param waitLimit a permit for each request that may wait for the store
  /// @param seconds a clock that only grows
  SlotMemory(
      int slot,
      Limits limits,
      OwnedSlots owned,
      Predicate<StoreJob> queue,
      Semaphore waitLimit,
      IntSupplier seconds,
      SequenceMetrics metrics) {
    this.slot = slot;
    this.owned = owned;
    this.sizing = new BlockSizing(limits.firstBlock(), limits.maxBlock());
    this.queue = queue;
    this.waitLimit = waitLimit;
    this.seconds = seconds;
    this.metrics = metrics;
    this.keys = new ResidentKeys(Math.max(1, limits.residentKeys() / Slots.COUNT));
  }

  /// Satisfies a request from memory, or refuses it, or sees to it that `callback` is called later;
  /// null in the last case.
  synchronized @Nullable Outcome take(NumberRequest request, Consumer<Outcome> callback) {
    long current = owned.epoch(slot);
    if (current == 0) {
      return moved();
    }
    enter(current);
    if (keys.load(request.key(), state)) {
      @Nullable Block block = tryTake(request);
      store(request.key());
      if (block != null) {
        metrics.takenFromMemory.increment();
        if (state.remaining < sizing.block(state.level)) {
          // Before a caller has to wait for it; a full queue does no harm here.
          refill(request.key());
        }
        return block;
      }
    }
    return await(new Waiting(request, callback));
  }

  /// The highest number issued, from memory or from the store.
  ///
  /// @throws Refusal SLOT_MOVED when the slot is not owned here
  synchronized CompletionStage<Long> highWaterMark(SequenceKey key) {
    enter(owned.require(slot));
    if (keys.load(key, state)) {
      return CompletableFuture.completedStage(state.next - 1);
    }
    CompletableFuture<Long> answer = new CompletableFuture<>();
    if (!queue.test(new Lookup(this, key, epoch, answer))) {
      answer.completeExceptionally(
          new Refusal(RuntimeReason.OVERLOADED, "too many callers wait for the store"));
    }
    return answer;
  }

  synchronized int size() {
    return keys.size();
  }

  /// Begins to remember for a new epoch, with nothing known.
  synchronized void claimed(long newEpoch) {
    enter(newEpoch);
  }

  /// Finishes what was accepted; the result completes when nothing will be written any more.
  synchronized CompletableFuture<Void> release() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    refills.values().removeIf(refill -> refill.advance == null && refill.waiting.isEmpty());
    releasing = done;
    finishRelease();
    return done;
  }

  /// Forgets everything: the slot is another's, or may be.
  synchronized void lost() {
    forget(0);
  }

  /// The request to the store, or null when no caller may get the numbers any more.
  synchronized @Nullable Advance begin(Refill refill, List<Runnable> after) {
    if (!isCurrent(refill)) {
      abandon(refill, moved(), after);
      return null;
    }
    boolean known = keys.load(refill.key, state);
    int now = seconds.getAsInt();
    long above = known ? state.end() : 0;
    long wanted = 0;
    for (Waiting waiting : refill.waiting) {
      above = Math.max(above, waiting.request().floor());
      wanted += waiting.request().count();
    }
    refill.level = known ? sizing.next(state.level, now - state.refilledAt) : 0;
    long count = Math.min(MAX_EXTENSION, Math.max(wanted, sizing.extension(refill.level)));
    Advance advance = new Advance(refill.key, above, (int) count);
    refill.advance = advance;
    return advance;
  }

  /// Takes in the numbers from `first` on that the store made durable for `advance`, and gives the
  /// requests that wait theirs, in the order they came.
  synchronized void complete(Refill refill, Advance advance, long first, List<Runnable> after) {
    if (!isCurrent(refill)) {
      abandon(refill, new Refused(owned.moved(slot)), after);
      return;
    }
    refills.remove(refill.key);
    if (first > advance.above() + 1) {
      metrics.overtaken.increment();
    }
    if (!keys.load(refill.key, state)) {
      state.next = first;
      state.remaining = 0;
    }
    state.add(first, advance.count());
    state.level = refill.level;
    state.refilledAt = seconds.getAsInt();
    List<Waiting> unsatisfied = new ArrayList<>(0);
    for (Waiting waiting : refill.waiting) {
      @Nullable Block block = tryTake(waiting.request());
      if (block == null) {
        unsatisfied.add(waiting);
      } else {
        leave(waiting, block, after);
      }
    }
    refill.waiting.clear();
    store(refill.key);
    unsatisfied.forEach(waiting -> waitAgain(waiting, refill.epoch, after));
    finishRelease();
  }

  /// Refuses the requests that wait.
  synchronized void abandon(Refill refill, Refused refused, List<Runnable> after) {
    refills.remove(refill.key, refill);
    refill.waiting.forEach(waiting -> leave(waiting, refused, after));
    refill.waiting.clear();
    finishRelease();
  }

  /// Answers a look-up with the durable end, unless the slot has moved since.
  void answer(Lookup lookup, long end) {
    if (owned.holds(slot, lookup.epoch())) {
      lookup.answer().complete(end);
    } else {
      lookup.answer().completeExceptionally(moved().refusal());
    }
  }

  private Refused moved() {
    metrics.refusedMoved.increment();
    return new Refused(owned.moved(slot));
  }

  private @Nullable Outcome await(Waiting waiting) {
    if (!waitLimit.tryAcquire()) {
      return overloaded();
    }
    @Nullable Refill refill = refill(waiting.request().key());
    if (refill == null) {
      waitLimit.release();
      return overloaded();
    }
    refill.waiting.add(waiting);
    return null;
  }

  /// The refill of a key, queued if there is none yet; null when the queue is full.
  private @Nullable Refill refill(SequenceKey key) {
    @Nullable Refill refill = refills.get(key);
    if (refill == null) {
      refill = new Refill(this, key, epoch);
      if (!queue.test(refill)) {
        return null;
      }
      refills.put(key, refill);
    }
    return refill;
  }

  private void waitAgain(Waiting waiting, long sameEpoch, List<Runnable> after) {
    waitLimit.release();
    @Nullable Outcome refused =
        epoch == sameEpoch ? await(waiting) : new Refused(owned.moved(slot));
    if (refused != null) {
      after.add(() -> waiting.callback().accept(refused));
    }
  }

  private void leave(Waiting waiting, Outcome outcome, List<Runnable> after) {
    waitLimit.release();
    after.add(() -> waiting.callback().accept(outcome));
  }

  private Refused overloaded() {
    metrics.refusedOverloaded.increment();
    return new Refused(
        new Refusal(RuntimeReason.OVERLOADED, "too many callers wait for new numbers")
            .retryAfter(RETRY_AFTER));
  }

  /// Takes numbers out of `state` when there are enough above the request's floor.
  private @Nullable Block tryTake(NumberRequest request) {
    state.skipTo(request.floor());
    if (state.remaining < request.count()) {
      return null;
    }
    int generous =
        request.exactly() ? request.count() : Math.max(request.count(), sizing.block(state.level));
    Block block = state.take(Math.min(generous, state.remaining));
    metrics.numbers.add(block.count());
    return block;
  }

  private void store(SequenceKey key) {
    if (keys.store(key, state)) {
      metrics.evicted.increment();
    }
  }

  private boolean isCurrent(Refill refill) {
    return refills.get(refill.key) == refill && owned.holds(slot, refill.epoch);
  }

  private void enter(long current) {
    if (epoch != current) {
      forget(current);
    }
  }

  /// The writer, which has a dropped refill in its queue, answers the callers that wait in it.
  private void forget(long newEpoch) {
    epoch = newEpoch;
    keys.clear();
    refills.clear();
    finishRelease();
  }

  private void finishRelease() {
    @Nullable CompletableFuture<Void> done = releasing;
    if (done != null && refills.isEmpty()) {
      releasing = null;
      keys.clear();
      done.complete(null);
    }
  }
}
