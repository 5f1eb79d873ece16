package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.sequence.Outcome.Block;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.sequence.SequenceStore.Advance;
import dev.carillon.sequence.StoreJob.Refill;
import dev.carillon.sequence.StoreJob.Refill.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
  private final SlotContext context;
  private final ResidentKeys keys;
  private final Map<SequenceKey, Refill> refills = new HashMap<>();
  private final KeyState state = new KeyState();
  private long epoch;
  private @Nullable CompletableFuture<Void> releasing;

  SlotMemory(int slot, int residentLimit, SlotContext context) {
    this.slot = slot;
    this.context = context;
    this.keys = new ResidentKeys(residentLimit);
  }

  /// Satisfies a request from memory, or refuses it, or sees to it that `callback` is called later;
  /// null in the last case.
  synchronized @Nullable Outcome take(NumberRequest request, GrantCallback callback, int index) {
    long current = context.owned().epoch(slot);
    if (current == 0) {
      context.metrics().refusedMoved.increment();
      return new Refused(context.owned().moved(slot));
    }
    enter(current);
    if (keys.load(request.key(), state)) {
      @Nullable Block block = tryTake(request);
      store(request.key());
      if (block != null) {
        context.metrics().takenFromMemory.increment();
        if (state.remaining < context.sizing().block(state.level)) {
          prefetch(request.key());
        }
        return block;
      }
    }
    return await(new Waiting(request, callback, index));
  }

  /// The highest number issued, when memory knows it; null when the store has to be asked.
  ///
  /// @throws Refusal SLOT_MOVED when the slot is not owned here
  synchronized @Nullable Long highWaterMark(SequenceKey key) {
    enter(context.owned().require(slot));
    return keys.load(key, state) ? state.next - 1 : null;
  }

  /// The epoch that what is remembered belongs to.
  synchronized long epoch() {
    return epoch;
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
    refills.values().removeIf(refill -> !refill.begun && refill.waiting.isEmpty());
    releasing = done;
    finishRelease();
    return done;
  }

  /// Forgets everything: the slot is another's, or may be.
  synchronized void lost() {
    forget(0);
  }

  /// The request to the store, or null when no caller may get the numbers any more.
  synchronized @Nullable Advance begin(Refill refill) {
    if (!isCurrent(refill)) {
      return null;
    }
    boolean known = keys.load(refill.key, state);
    int now = context.seconds().getAsInt();
    long above = known ? state.end() : 0;
    long wanted = 0;
    for (Waiting waiting : refill.waiting) {
      above = Math.max(above, waiting.request().floor());
      wanted += waiting.request().count();
    }
    refill.begun = true;
    refill.level = known ? context.sizing().next(state.level, now - state.refilledAt) : 0;
    refill.above = above;
    refill.count =
        (int) Math.min(MAX_EXTENSION, Math.max(wanted, context.sizing().extension(refill.level)));
    return new Advance(refill.key, refill.above, refill.count);
  }

  /// Takes in the numbers that the store made durable, and gives those who wait theirs, in the
  /// order they came.
  synchronized void complete(Refill refill, long first, List<Runnable> after) {
    if (!isCurrent(refill)) {
      abandon(refill, new Refused(context.owned().moved(slot)), after);
      return;
    }
    refills.remove(refill.key);
    if (first > refill.above + 1) {
      context.metrics().overtaken.increment();
    }
    if (!keys.load(refill.key, state)) {
      state.next = first;
      state.remaining = 0;
    }
    state.add(first, refill.count);
    state.level = refill.level;
    state.refilledAt = context.seconds().getAsInt();
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

  /// Tells those who wait that there is nothing for them.
  synchronized void abandon(Refill refill, Refused refused, List<Runnable> after) {
    refills.remove(refill.key, refill);
    refill.waiting.forEach(waiting -> leave(waiting, refused, after));
    refill.waiting.clear();
    finishRelease();
  }

  /// Why a refill that must not be begun is worth nothing.
  Refused moved() {
    context.metrics().refusedMoved.increment();
    return new Refused(context.owned().moved(slot));
  }

  /// Whether an answer that was asked for under `asked` may still be given.
  boolean holds(long asked) {
    return context.owned().holds(slot, asked);
  }

  private @Nullable Outcome await(Waiting waiting) {
    @Nullable Refill refill = refills.get(waiting.request().key());
    if (!context.waitLimit().enter()) {
      return overloaded();
    }
    if (refill == null) {
      refill = new Refill(waiting.request().key(), epoch);
      if (!context.queue().test(refill)) {
        context.waitLimit().leave();
        return overloaded();
      }
      refills.put(refill.key, refill);
    }
    refill.waiting.add(waiting);
    return null;
  }

  private void waitAgain(Waiting waiting, long sameEpoch, List<Runnable> after) {
    context.waitLimit().leave();
    @Nullable Outcome refused =
        epoch == sameEpoch ? await(waiting) : new Refused(context.owned().moved(slot));
    if (refused != null) {
      after.add(() -> waiting.callback().settle(waiting.index(), refused));
    }
  }

  private void leave(Waiting waiting, Outcome outcome, List<Runnable> after) {
    context.waitLimit().leave();
    after.add(() -> waiting.callback().settle(waiting.index(), outcome));
  }

  private Refused overloaded() {
    context.metrics().refusedOverloaded.increment();
    return new Refused(
        new Refusal(RuntimeReason.OVERLOADED, "too many callers wait for new numbers")
            .retryAfter(RETRY_AFTER));
  }

  private void prefetch(SequenceKey key) {
    if (!refills.containsKey(key)) {
      Refill refill = new Refill(key, epoch);
      if (context.queue().test(refill)) {
        refills.put(key, refill);
      }
    }
  }

  /// Takes numbers out of `state` when there are enough above the request's floor.
  private @Nullable Block tryTake(NumberRequest request) {
    state.skipTo(request.floor());
    if (state.remaining < request.count()) {
      return null;
    }
    int generous =
        request.exactly()
            ? request.count()
            : Math.max(request.count(), context.sizing().block(state.level));
    Block block = state.take(Math.min(generous, state.remaining));
    context.metrics().numbers.add(block.count());
    return block;
  }

  private void store(SequenceKey key) {
    if (keys.store(key, state)) {
      context.metrics().evicted.increment();
    }
  }

  private boolean isCurrent(Refill refill) {
    return refills.get(refill.key) == refill && context.owned().holds(slot, refill.epoch);
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
