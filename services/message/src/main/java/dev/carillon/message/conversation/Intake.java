package dev.carillon.message.conversation;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/// Decides which changes an owner takes, and counts those that it has taken and not answered.
///
/// A change is counted before anything is asked about it. So whoever has first put an end to
/// something (the ownership of a slot, all work of this instance) and then finds nothing counted
/// knows that nothing more comes of it. Thread-safe; nothing here blocks.
final class Intake {
  /// How many bytes of changes may wait at each writer, however few they are.
  private static final long QUEUED_BYTES = 64L << 20;

  private final OwnedSlots slots;
  private final LongSupplier nanos;
  private final ConversationLimits limits;
  private final ConversationMetrics metrics;
  private final IntFunction<? extends Line> lines;
  private final AtomicIntegerArray perWriter;
  private final AtomicLongArray bytesPerWriter;
  private final AtomicIntegerArray perSlot = new AtomicIntegerArray(Slots.COUNT);
  private final ConcurrentMap<Integer, CompletableFuture<Void>> finishing =
      new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// Where a writer's tasks wait for it.
  interface Line {
    /// Takes a task; whoever calls sees to the limit.
    void accept(Task task);

    /// How long changes have stood there, in nanoseconds; 0 while the writer keeps up.
    long standingWait();
  }

  /// What a writer has before it.
  private record Load(int changes, long bytes) {}

  /// @param nanos a monotonic clock in nanoseconds, for deadlines
  /// @param lines that of each writer
  Intake(
      OwnedSlots slots,
      LongSupplier nanos,
      ConversationLimits limits,
      ConversationMetrics metrics,
      IntFunction<? extends Line> lines) {
    this.slots = slots;
    this.nanos = nanos;
    this.limits = limits;
    this.metrics = metrics;
    this.lines = lines;
    this.perWriter = new AtomicIntegerArray(limits.writers());
    this.bytesPerWriter = new AtomicLongArray(limits.writers());
  }

  /// As [BatchWriters#submit].
  void submit(Change change, Replies replies, long itemId) {
    int slot = Slots.of(change.conversation().bytes());
    int index = writerOf(slot);
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
    Line line = lines.apply(writerOf(ownership.slot()));
    Admission admission = limits.admission();
    Optional<Refusal> overloaded =
        before.bytes() > QUEUED_BYTES
            ? Optional.of(admission.full("bytes waiting: " + before.bytes(), QUEUED_BYTES))
            : admission.refusal(change, before.changes(), line.standingWait());
    if (overloaded.isPresent()) {
      metrics.overloaded.increment();
      refuse(replies, itemId, overloaded.get());
      release(ownership.slot(), Task.bytes(change));
    } else {
      long now = nanos.getAsLong();
      long deadline = now + admission.appendTimeout().toNanos();
      line.accept(new Task(change, ownership, now, deadline, replies, itemId));
    }
  }

  /// The task is answered.
  void release(Task task) {
    release(task.slot, task.bytes());
  }

  /// As [BatchWriters#finish].
  CompletableFuture<Void> finish(int slot) {
    CompletableFuture<Void> finished =
        finishing.computeIfAbsent(slot, absent -> new CompletableFuture<>());
    if (perSlot.get(slot) == 0) {
      complete(slot);
    }
    return finished;
  }

  /// From now on everything is refused.
  void close() {
    closed = true;
  }

  /// Whether a writer has answered everything and nothing more comes to it.
  boolean isDone(int writer) {
    return closed && perWriter.get(writer) == 0;
  }

  /// How many changes a writer has before it; for metrics.
  int queued(int writer) {
    return perWriter.get(writer);
  }

  private int writerOf(int slot) {
    return slot / (Slots.COUNT / limits.writers());
  }

  private void refuse(Replies replies, long itemId, Refusal refusal) {
    Outcome.Refused refused = new Outcome.Refused(refusal);
    metrics.answered(refused);
    replies.answer(itemId, refused);
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
