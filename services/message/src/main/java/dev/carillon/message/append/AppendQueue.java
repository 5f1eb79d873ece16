package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The way to one [AppendWriter]: decides which changes are accepted, counts those that are
/// accepted and not answered, and runs the writer's loop.
///
/// A change is counted before anything is asked about it. So whoever has first put an end to
/// something (the ownership of a slot, all work of this instance) and then finds nothing counted
/// knows that nothing more comes of it. Thread-safe; only [#close] blocks.
final class AppendQueue implements SequenceClient.Grants, AutoCloseable {
  /// How many bytes of changes may wait, however few they are.
  private static final long QUEUED_BYTES = 64L << 20;

  private final OwnedSlots slots;
  private final LongSupplier nanos;
  private final Admission admission;
  private final ConversationMetrics metrics;
  private final BatchLoop<AppendEvent> loop;
  private final QueueWait wait;
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicIntegerArray perSlot = new AtomicIntegerArray(Slots.COUNT);
  private final ConcurrentMap<Integer, CompletableFuture<Void>> finishing =
      new ConcurrentHashMap<>();
  private final CompletableFuture<Void> allAnswered = new CompletableFuture<>();
  private volatile boolean closed;

  /// @param name the thread's name
  /// @param step the writer
  AppendQueue(
      String name,
      AppendDependencies dependencies,
      ConversationMetrics metrics,
      BatchStep<AppendEvent> step) {
    this.slots = dependencies.slots();
    this.nanos = dependencies.nanos();
    this.admission = dependencies.limits().admission();
    this.metrics = metrics;
    this.wait = new QueueWait(nanos);
    this.loop = new BatchLoop<>(name, nanos, step).interval(dependencies.interval());
  }

  void start() {
    loop.start();
  }

  /// As [Appends#submit].
  void submit(int slot, Change change, Replies replies, long itemId) {
    perSlot.incrementAndGet(slot);
    int before = changes.getAndIncrement();
    long size = Task.bytes(change);
    long waiting = bytes.addAndGet(size);
    long epoch = slots.epoch(slot);
    Optional<Refusal> refusal;
    if (closed) {
      refusal = Optional.of(stopping());
    } else if (epoch == 0) {
      refusal = Optional.of(slots.moved(slot));
    } else {
      refusal = overload(change, before, waiting);
    }
    if (refusal.isEmpty()) {
      long now = nanos.getAsLong();
      long deadline = now + admission.appendTimeout().toNanos();
      boolean queued = loop.offer(new Task(change, slot, epoch, now, deadline, replies, itemId));
      // A loop that was interrupted takes nothing more.
      refusal = queued ? refusal : Optional.of(stopping());
    }
    if (refusal.isPresent()) {
      Outcome.Refused refused = new Outcome.Refused(refusal.get());
      metrics.answered(refused);
      replies.answer(itemId, refused);
      release(slot, size);
    }
  }

  private static Refusal stopping() {
    return new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance stops");
  }

  private Optional<Refusal> overload(Change change, int before, long waiting) {
    Optional<Refusal> refusal =
        waiting > QUEUED_BYTES
            ? Optional.of(admission.full("bytes waiting: " + waiting, QUEUED_BYTES))
            : admission.refusal(change, before, wait.standing());
    refusal.ifPresent(any -> metrics.overloaded.increment());
    return refusal;
  }

  /// The task is answered and, when it was stored, handed to fan-out.
  void release(Task task) {
    release(task.slot, task.bytes());
  }

  private void release(int slot, long size) {
    bytes.addAndGet(-size);
    if (changes.decrementAndGet() == 0 && closed) {
      allAnswered.complete(null);
    }
    if (perSlot.decrementAndGet(slot) == 0) {
      complete(slot);
    }
  }

  /// As [Appends#finish].
  CompletableFuture<Void> finish(int slot) {
    CompletableFuture<Void> finished =
        finishing.computeIfAbsent(slot, absent -> new CompletableFuture<>());
    if (perSlot.get(slot) == 0) {
      complete(slot);
    }
    return finished;
  }

  private void complete(int slot) {
    CompletableFuture<Void> finished = finishing.remove(slot);
    if (finished != null) {
      finished.complete(null);
    }
  }

  /// From now on everything is refused.
  ///
  /// @return completes when everything accepted is answered
  CompletableFuture<Void> refuseAll() {
    closed = true;
    if (changes.get() == 0) {
      allAnswered.complete(null);
    }
    return allAnswered;
  }

  /// Refuses everything new, waits until the rest is answered, and ends the thread.
  @Override
  public void close() {
    refuseAll().join();
    loop.close();
  }

  /// How many changes are accepted and not answered.
  int changes() {
    return changes.get();
  }

  /// How long changes have stood here, in nanoseconds; 0 while the writer keeps up.
  long standingWait() {
    return wait.standing();
  }

  /// The writer begins a batch whose newest change was accepted at this time; only the writer.
  void taken(long accepted) {
    wait.taken(accepted);
  }

  /// The writer has nothing left; only the writer.
  void done() {
    if (loop.queued() == 0) {
      wait.empty();
    }
  }

  // A loop that takes no grants has ended, and nobody waits for numbers any more.
  @Override
  public void granted(ConversationId conversation, long first, long last) {
    loop.offer(new AppendEvent.Granted(conversation, first, last));
  }

  @Override
  public void failed(ConversationId conversation, String why) {
    loop.offer(new AppendEvent.NotGranted(conversation, why));
  }

  /// A turn of the writer; see [BatchLoop#turn].
  boolean turn() throws InterruptedException {
    return loop.turn();
  }
}
