package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.SlotParts;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.sequence.SequenceConfig.Limits;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Issues strictly growing numbers per key, out of memory where it can.
///
/// Nothing here blocks: what memory holds is answered at once, everything else waits for a
/// [StoreWriter]. One [SlotMemory] per slot, a few writers for each shard. Thread-safe.
final class SequenceService implements SlotListener, AutoCloseable {
  private final List<SlotMemory> slots;
  private final Shards shards;
  private final SlotParts<StoreWriter> writers;
  private final AtomicInteger made = new AtomicInteger();
  private final LongSupplier nanos;
  private final long startedAt;
  private volatile boolean started;

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
    Semaphore waitLimit = new Semaphore(limits.waiting());
    this.shards = store.shards();
    int waiting = limits.waiting() / limits.writers();
    this.writers =
        new SlotParts<>(
            limits.writers(),
            (range, before) -> {
              String name = "sequence-writer-" + made.getAndIncrement();
              return begun(new StoreWriter(name, store, waiting, metrics, nanos, failPoints));
            },
            StoreWriter::retire);
    writers.become(shards.ranges());
    this.slots =
        IntStream.range(0, Slots.COUNT)
            .mapToObj(slot ->
                new SlotMemory(
                    slot,
                    limits,
                    owned,
                    job -> writers.offer(slot, writer -> writer.offer(job)),
                    waitLimit,
                    this::seconds,
                    metrics))
            .toList();
    metrics.observe(
        this::residentKeys,
        () -> limits.waiting() - waitLimit.availablePermits(),
        () -> writers.all().stream().mapToInt(StoreWriter::queued).sum());
  }

  /// Begins to talk to the store.
  void start() {
    started = true;
    writers.all().forEach(StoreWriter::start);
    shards.follow(writers::become);
  }

  /// Finishes what waits for the store and ends.
  @Override
  public void close() {
    writers.all().forEach(StoreWriter::close);
  }

  /// Issues numbers. Numbers of one key grow strictly in the order in which requests are made.
  ///
  /// @param callback gets the outcome, exactly once: by this thread where memory suffices or
  ///   nothing can be issued, else later by a writer; with no lock held. It must not block.
  void take(NumberRequest request, Consumer<Outcome> callback) {
    @Nullable Outcome outcome = slots.get(request.key().slot()).take(request, callback);
    if (outcome != null) {
      callback.accept(outcome);
    }
  }

  /// An upper bound of what was issued for a key: nothing above it has been, everything later will
  /// be above it.
  ///
  /// Fails with a [Refusal] when the slot is not owned here or the store is away.
  CompletionStage<Long> highWaterMark(SequenceKey key) {
    return slots.get(key.slot()).highWaterMark(key);
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

  private StoreWriter begun(StoreWriter writer) {
    return started ? writer.start() : writer;
  }

  private int seconds() {
    return (int) TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - startedAt);
  }
}
