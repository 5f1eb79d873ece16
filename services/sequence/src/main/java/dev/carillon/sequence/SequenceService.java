package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.sequence.SequenceConfig.Limits;
import dev.carillon.sequence.StoreJob.Lookup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Issues strictly growing numbers per key, out of memory where it can.
///
/// Nothing here blocks: what memory holds is answered at once, everything else waits for a
/// [StoreWriter]. One [SlotMemory] per slot, a few writers with a contiguous range of slots each,
/// so that a transaction never crosses a shard. Thread-safe.
final class SequenceService implements SlotListener, AutoCloseable {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final List<SlotMemory> slots = new ArrayList<>(Slots.COUNT);
  private final List<StoreWriter> writers;
  private final WaitLimit waitLimit;
  private final SequenceMetrics metrics;
  private final LongSupplier nanos;
  private final long startedAt;

  /// @param nanos the monotonic clock
  /// @param failPoints where it may be made to crash
  SequenceService(
      SequenceStore store,
      OwnedSlots owned,
      Limits limits,
      SequenceMetrics metrics,
      LongSupplier nanos,
      FailPoints failPoints) {
    this.nanos = nanos;
    this.startedAt = nanos.getAsLong();
    this.metrics = metrics;
    this.waitLimit = new WaitLimit(limits.waiting());
    this.writers =
        IntStream.range(0, limits.writers())
            .mapToObj(i ->
                new StoreWriter(
                    "sequence-writer-" + i,
                    store,
                    limits.waiting() / limits.writers(),
                    Collections.unmodifiableList(slots),
                    metrics,
                    nanos,
                    failPoints))
            .toList();
    BlockSizing sizing = new BlockSizing(limits.firstBlock(), limits.maxBlock());
    int residentLimit = Math.max(1, limits.residentKeys() / Slots.COUNT);
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      slots.add(
          new SlotMemory(
              slot,
              residentLimit,
              new SlotContext(
                  owned, sizing, writerOf(slot)::offer, waitLimit, this::seconds, metrics)));
    }
  }

  /// Begins to talk to the store.
  void start() {
    metrics.observe(this::residentKeys, waitLimit::size, this::queued);
    writers.forEach(StoreWriter::start);
  }

  /// Finishes what waits for the store and ends.
  @Override
  public void close() {
    writers.forEach(StoreWriter::close);
  }

  /// Issues numbers: answered at once where memory suffices or nothing can be issued, else null and
  /// `callback` is called later, with the same index.
  ///
  /// Numbers of one key grow strictly in the order in which requests are made.
  @Nullable Outcome take(NumberRequest request, GrantCallback callback, int index) {
    return slots.get(request.key().slot()).take(request, callback, index);
  }

  /// An upper bound of what was issued for a key: nothing above it has been, everything later will
  /// be above it.
  ///
  /// Fails with a [Refusal] when the slot is not owned here or the store is away.
  CompletionStage<Long> highWaterMark(SequenceKey key) {
    SlotMemory memory = slots.get(key.slot());
    @Nullable Long known = memory.highWaterMark(key);
    if (known != null) {
      return CompletableFuture.completedStage(known);
    }
    CompletableFuture<Long> answer = new CompletableFuture<>();
    if (!writerOf(key.slot()).offer(new Lookup(key, memory.epoch(), answer))) {
      answer.completeExceptionally(
          new Refusal(RuntimeReason.OVERLOADED, "too many callers wait for the store"));
    }
    return answer;
  }

  @Override
  public void onClaimed(int slot, long epoch) {
    slots.get(slot).claimed(epoch);
  }

  @Override
  public CompletableFuture<Void> onReleasing(int slot) {
    return slots.get(slot).release();
  }

  @Override
  public void onLost(Set<Integer> lost) {
    lost.forEach(slot -> slots.get(slot).lost());
  }

  int residentKeys() {
    return slots.stream().mapToInt(SlotMemory::size).sum();
  }

  private int queued() {
    return writers.stream().mapToInt(StoreWriter::queued).sum();
  }

  private StoreWriter writerOf(int slot) {
    return writers.get(Slots.part(slot, writers.size()));
  }

  private int seconds() {
    return (int) ((nanos.getAsLong() - startedAt) / NANOS_PER_SECOND);
  }
}
