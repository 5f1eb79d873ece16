package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.append.ConversationLimits.Admission;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.SlotParts;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The changes to the conversations of this instance's slots, on their way to the writers: decides
/// which are accepted, counts those that are accepted and not answered, and runs the writers'
/// loops. Each writer has one [Part] of it, slots of one shard. An accepted change is a [Task],
/// which the writer answers and then releases.
///
/// When the shards change, a part whose slots are divided anew takes nothing more, and those that
/// take its slots over begin when it has answered everything: so the changes of a conversation stay
/// in their order.
///
/// A change is counted before it is checked. A handover first ends the ownership and then waits
/// until the count of its slot is zero; no change can be accepted after that. The end of the
/// instance works in the same way. Thread-safe; only [#close] blocks.
public final class AppendQueue implements AutoCloseable {
  /// How many bytes of changes may wait at one writer, however few they are.
  private static final long QUEUED_BYTES = 64L << 20;

  private final OwnedSlots slots;
  private final LongSupplier nanos;
  private final Admission admission;
  private final ConversationMetrics metrics;
  private final Shards shards;
  private final SlotParts<Part> parts;
  private final Set<Part> retiring = ConcurrentHashMap.newKeySet();
  private final AtomicInteger partsMade = new AtomicInteger();
  private final AtomicIntegerArray perSlot = new AtomicIntegerArray(Slots.COUNT);
  private final ConcurrentMap<Integer, CompletableFuture<Void>> finishing =
      new ConcurrentHashMap<>();
  private volatile boolean started;
  private volatile boolean closed;

  /// @param shards on which shard the conversations of a slot lie
  /// @param writer makes the writer of a part
  AppendQueue(
      Shards shards,
      OwnedSlots slots,
      ConversationLimits limits,
      LongSupplier nanos,
      BatchInterval interval,
      ConversationMetrics metrics,
      Function<Part, BatchStep<AppendEvent>> writer) {
    this.slots = slots;
    this.nanos = nanos;
    this.admission = limits.admission();
    this.metrics = metrics;
    this.shards = shards;
    this.parts =
        new SlotParts<>(
            limits.writers(),
            (range, before) -> new Part(partsMade.getAndIncrement(), interval, writer, before),
            Part::retire);
    parts.become(shards.ranges());
  }

  /// Starts the writers' threads.
  ///
  /// @return this
  public AppendQueue start() {
    started = true;
    parts.all().forEach(part -> part.loop.start());
    shards.follow(parts::become);
    return this;
  }

  /// Takes a change; its outcome goes to `replies` under `itemId`, exactly once. A refusal because
  /// the slot is elsewhere or the queue is full is answered before this returns, and not flushed.
  public void submit(Change change, Replies replies, long itemId) {
    int slot = change.conversation().slot();
    // A part that is retired takes nothing, and has been replaced by then.
    while (!part(slot).submit(slot, change, replies, itemId)) {
      Thread.onSpinWait();
    }
  }

  Part part(int slot) {
    return parts.of(slot);
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
    List<Part> all = all();
    all.forEach(Part::completeIfAnswered);
    return CompletableFuture.allOf(
        all.stream().map(part -> part.allAnswered).toArray(CompletableFuture[]::new));
  }

  private List<Part> all() {
    List<Part> all = new ArrayList<>(parts.all());
    all.addAll(retiring);
    return all;
  }

  /// Refuses everything new, waits until the rest is answered, and ends the threads. Changes have
  /// deadlines, so it always comes to that.
  @Override
  public void close() {
    refuseAll().join();
    all().forEach(Part::end);
  }

  /// Why a change is pushed back by a writer that falls behind; null when it is taken. Group
  /// messages are refused first, because each costs the most, then direct messages, and resends
  /// last, so that what is accepted is answered in time.
  ///
  /// @param queued how many changes wait before it
  /// @param standing how long changes stand in the queue, in nanoseconds
  static @Nullable Refusal overload(Admission admission, Change change, int queued, long standing) {
    if (queued >= admission.queuedChanges()) {
      return full(admission, "changes waiting: " + queued, admission.queuedChanges());
    }
    if (standing <= admission.queueWait().toNanos() * patience(change)) {
      return null;
    }
    Duration wait = Duration.ofNanos(standing);
    String text = "changes wait for " + wait.toMillis() + " ms (expected: at most ";
    return new Refusal(RuntimeReason.OVERLOADED, text + admission.queueWait().toMillis() + " ms)")
        .retryAfter(wait.multipliedBy(2));
  }

  /// How many times the configured wait is borne. A resend has cost its sender a wait already, and
  /// its message may be stored; a change of members is rare, and others wait for it.
  private static int patience(Change change) {
    return switch (change) {
      case Change.Post post when !post.resend() -> post.conversation().isDirect() ? 2 : 1;
      case Change.Post _, Change.CreateGroup _, Change.ChangeMembers _ -> 4;
    };
  }

  private static Refusal full(Admission admission, String found, long limit) {
    return new Refusal(RuntimeReason.OVERLOADED, found + " (expected: fewer than " + limit + ")")
        .retryAfter(admission.queueWait());
  }

  private static Refusal stopping() {
    return new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance stops");
  }

  /// The changes of one writer.
  final class Part implements SequenceClient.Grants {
    private final BatchLoop<AppendEvent> loop;
    private final QueueWait wait = new QueueWait(nanos);
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final CompletableFuture<Void> allAnswered = new CompletableFuture<>();
    private final List<Metrics.Registration> gauges;
    private volatile boolean retired;

    /// @param before the parts that had its slots; it begins when they have answered everything
    private Part(
        int number,
        BatchInterval interval,
        Function<Part, BatchStep<AppendEvent>> writer,
        List<Part> before) {
      String name = "carillon-message-writer-" + number;
      this.loop = new BatchLoop<>(name, nanos, writer.apply(this)).interval(interval);
      this.gauges = metrics.queue(number, changes::get, wait::standing);
      if (started) {
        CompletableFuture.allOf(
                before.stream().map(part -> part.allAnswered).toArray(CompletableFuture[]::new))
            .thenRun(loop::start);
      }
    }

    /// Takes nothing more, and ends once everything is answered.
    private void retire() {
      retiring.add(this);
      allAnswered.thenRun(() -> {
        gauges.forEach(Metrics.Registration::close);
        loop.beginFinish();
        retiring.remove(this);
      });
      retired = true;
      completeIfAnswered();
    }

    private void end() {
      gauges.forEach(Metrics.Registration::close);
      loop.close();
    }

    /// @return false when it is retired, and its successor is to be asked
    private boolean submit(int slot, Change change, Replies replies, long itemId) {
      int before = changes.getAndIncrement();
      if (retired) {
        changes.decrementAndGet();
        completeIfAnswered();
        return false;
      }
      perSlot.incrementAndGet(slot);
      long size = Task.bytes(change);
      long waiting = bytes.addAndGet(size);
      long epoch = slots.epoch(slot);
      Refusal refusal = refusal(slot, epoch, change, before, waiting);
      if (refusal == null) {
        long now = nanos.getAsLong();
        long deadline = now + admission.appendTimeout().toNanos();
        Task task = new Task(change, slot, epoch, now, deadline, replies, itemId);
        // A loop that was interrupted takes nothing more.
        refusal = loop.offer(task) ? null : stopping();
      }
      if (refusal != null) {
        Outcome.Refused refused = new Outcome.Refused(refusal);
        metrics.answered(refused);
        replies.answer(itemId, refused);
        release(slot, size);
      }
      return true;
    }

    private @Nullable Refusal refusal(
        int slot, long epoch, Change change, int before, long waiting) {
      if (closed) {
        return stopping();
      }
      if (epoch == 0) {
        return slots.moved(slot);
      }
      Refusal refusal =
          waiting > QUEUED_BYTES
              ? full(admission, "bytes waiting: " + waiting, QUEUED_BYTES)
              : overload(admission, change, before, wait.standing());
      if (refusal != null) {
        metrics.overloaded.increment();
      }
      return refusal;
    }

    /// The task is answered and, when it was stored, handed to fan-out.
    void release(Task task) {
      release(task.slot, Task.bytes(task.change));
    }

    private void release(int slot, long size) {
      bytes.addAndGet(-size);
      changes.decrementAndGet();
      completeIfAnswered();
      if (perSlot.decrementAndGet(slot) == 0) {
        complete(slot);
      }
    }

    // Both are set first: a change that is counted after that is refused or goes elsewhere, so 0 is
    // final.
    private void completeIfAnswered() {
      if ((closed || retired) && changes.get() == 0) {
        allAnswered.complete(null);
      }
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
}
