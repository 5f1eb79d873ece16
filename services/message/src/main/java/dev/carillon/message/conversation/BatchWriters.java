package dev.carillon.message.conversation;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// All writers of a home, each with a contiguous range of slots of its own, so that no transaction
/// crosses a shard while there are no more shards than writers.
///
/// [#submit] and [#finish] may be called from any thread and never block.
public final class BatchWriters implements AutoCloseable {
  /// How many bytes of changes may wait at each writer, however few they are.
  private static final long QUEUED_BYTES = 64L << 20;

  private final OwnedSlots slots;
  private final LongSupplier nanos;
  private final ConversationLimits limits;
  private final ConversationMetrics metrics;
  private final List<WriterThread> writers = new ArrayList<>();
  private final List<Metrics.Registration> gauges = new ArrayList<>();
  private final AtomicIntegerArray perWriter;
  private final AtomicLongArray bytesPerWriter;
  private final AtomicIntegerArray perSlot = new AtomicIntegerArray(Slots.COUNT);
  private volatile boolean closed;
  private final ConcurrentMap<Integer, CompletableFuture<Void>> finishing =
      new ConcurrentHashMap<>();

  /// What the writers work on.
  ///
  /// @param store the tables
  /// @param sequence where numbers come from
  /// @param fanOut what is told after each commit
  /// @param slots which slots this process is home to
  /// @param notices puts membership changes into words
  /// @param failPoints where they may be made to crash
  public record Ports(
      ConversationStore store,
      SequenceClient sequence,
      FanOut fanOut,
      OwnedSlots slots,
      MembershipNotices notices,
      FailPoints failPoints) {}

  /// What a writer has before it.
  private record Load(int changes, long bytes) {}

  /// @param clock tells when messages were stored
  /// @param nanos a monotonic clock in nanoseconds, for deadlines
  public BatchWriters(
      Ports ports,
      ConversationLimits limits,
      InstantSource clock,
      LongSupplier nanos,
      Metrics metrics) {
    this.slots = ports.slots();
    this.nanos = nanos;
    this.limits = limits;
    this.metrics = new ConversationMetrics(metrics);
    this.perWriter = new AtomicIntegerArray(limits.writers());
    this.bytesPerWriter = new AtomicLongArray(limits.writers());
    for (int index = 0; index < limits.writers(); index++) {
      writers.add(writer(index, ports, clock));
      int number = index;
      gauges.add(this.metrics.queue(index, () -> perWriter.get(number)));
      gauges.add(this.metrics.queueWait(index, writers.get(number)::standingWait));
    }
    writers.forEach(WriterThread::start);
  }

  private WriterThread writer(int index, Ports ports, InstantSource clock) {
    NumberBlocks blocks = new NumberBlocks((int) Math.min(limits.cachedWeight(), 100_000));
    BatchPlanner planner =
        new BatchPlanner(
            ports.store(),
            new GroupRules(ports.notices(), limits.groupMembers()),
            clock,
            new ConversationCache(limits.cachedWeight()),
            blocks);
    return new WriterThread(
        index,
        ports.sequence(),
        blocks,
        ports.failPoints(),
        nanos,
        limits,
        numbers ->
            new BatchWriter(
                planner,
                new BatchWriter.Ports(
                    ports.store(), ports.fanOut(), slots, this::release, ports.failPoints()),
                numbers,
                nanos,
                metrics));
  }

  /// Takes a change; its outcome goes to `replies` under `itemId`, exactly once. A refusal because
  /// the slot is elsewhere or the queue is full is answered before this returns, and not flushed.
  public void submit(Change change, Replies replies, long itemId) {
    int slot = Slots.of(change.conversation().bytes());
    int index = writerOf(slot);
    // Counted before ownership is looked at, so that a handover that begins in between waits for
    // it.
    perSlot.incrementAndGet(slot);
    int queued = perWriter.incrementAndGet(index);
    long size = Task.bytes(change);
    long bytes = bytesPerWriter.addAndGet(index, size);
    long epoch = slots.epoch(slot);
    if (closed) {
      refuse(replies, itemId, new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance stops"));
      release(slot, size);
    } else if (epoch == 0) {
      refuse(replies, itemId, slots.moved(slot));
      release(slot, size);
    } else {
      admit(change, new Task.Ownership(slot, epoch), replies, itemId, new Load(queued - 1, bytes));
    }
  }

  private void admit(
      Change change, Task.Ownership ownership, Replies replies, long itemId, Load before) {
    WriterThread writer = writers.get(writerOf(ownership.slot()));
    Admission admission = limits.admission();
    Optional<Refusal> overloaded =
        before.bytes() > QUEUED_BYTES
            ? Optional.of(admission.full("bytes waiting: " + before.bytes(), QUEUED_BYTES))
            : admission.refusal(change, before.changes(), writer.standingWait());
    if (overloaded.isPresent()) {
      metrics.overloaded.increment();
      refuse(replies, itemId, overloaded.get());
      release(ownership.slot(), Task.bytes(change));
    } else {
      long now = nanos.getAsLong();
      long deadline = now + admission.appendTimeout().toNanos();
      writer.accept(new Task(change, ownership, now, deadline, replies, itemId));
    }
  }

  /// Completes when everything accepted for the slot is answered. Called when a handover began, so
  /// nothing new is accepted.
  public CompletableFuture<Void> finish(int slot) {
    CompletableFuture<Void> finished =
        finishing.computeIfAbsent(slot, absent -> new CompletableFuture<>());
    if (perSlot.get(slot) == 0) {
      complete(slot);
    }
    return finished;
  }

  /// Which writer, and so which range of slots and at best which shard, a slot belongs to.
  int writerOf(int slot) {
    return slot / (Slots.COUNT / limits.writers());
  }

  /// Answers everything accepted, then ends the threads.
  @Override
  public void close() {
    closed = true;
    writers.forEach(WriterThread::close);
    gauges.forEach(Metrics.Registration::close);
  }

  private void refuse(Replies replies, long itemId, Refusal refusal) {
    Outcome.Refused refused = new Outcome.Refused(refusal);
    metrics.answered(refused);
    replies.answer(itemId, refused);
  }

  private void release(Task task) {
    release(task.slot, task.bytes());
  }

  private void release(int slot, long size) {
    int index = writerOf(slot);
    perWriter.decrementAndGet(index);
    bytesPerWriter.addAndGet(index, -size);
    if (perSlot.decrementAndGet(slot) == 0) {
      complete(slot);
    }
  }

  private void complete(int slot) {
    CompletableFuture<Void> finished = finishing.remove(slot);
    if (finished != null) {
      finished.complete(null);
    }
  }
}
