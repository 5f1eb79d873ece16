package dev.carillon.message.append;

import dev.carillon.message.append.ConversationLimits.Admission;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
/// loops. Each writer has one [Part] of it, a contiguous range of slots, so that no transaction
/// crosses a shard while there are no more shards than writers. An accepted change is a [Task],
/// which the writer answers and then releases.
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
  private final List<Part> parts = new ArrayList<>();
  private final List<Metrics.Registration> gauges = new ArrayList<>();
  private final AtomicIntegerArray perSlot = new AtomicIntegerArray(Slots.COUNT);
  private final ConcurrentMap<Integer, CompletableFuture<Void>> finishing =
      new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// @param writer makes the writer of a part
  AppendQueue(
      OwnedSlots slots,
      ConversationLimits limits,
      LongSupplier nanos,
      BatchInterval interval,
      ConversationMetrics metrics,
      Function<Part, BatchStep<Event>> writer) {
    this.slots = slots;
    this.nanos = nanos;
    this.admission = limits.admission();
    this.metrics = metrics;
    for (int index = 0; index < limits.writers(); index++) {
      Part part = new Part("carillon-message-writer-" + index, interval, writer);
      parts.add(part);
      gauges.addAll(metrics.queue(index, part.changes::get, part.wait::standing));
    }
  }

  /// Starts the writers' threads.
  ///
  /// @return this
  public AppendQueue start() {
    parts.forEach(part -> part.loop.start());
    return this;
  }

  /// Takes a change; its outcome goes to `replies` under `itemId`, exactly once. A refusal because
  /// the slot is elsewhere or the queue is full is answered before this returns, and not flushed.
  public void submit(Change change, Replies replies, long itemId) {
    int slot = Slots.of(change.conversation().bytes());
    part(slot).submit(slot, change, replies, itemId);
  }

  Part part(int slot) {
    return parts.get(Slots.part(slot, parts.size()));
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
    parts.forEach(Part::completeIfAnswered);
    return CompletableFuture.allOf(
        parts.stream().map(part -> part.allAnswered).toArray(CompletableFuture[]::new));
  }

  /// Refuses everything new, waits until the rest is answered, and ends the threads. Changes have
  /// deadlines, so it always comes to that.
  @Override
  public void close() {
    refuseAll().join();
    parts.forEach(part -> part.loop.close());
    gauges.forEach(Metrics.Registration::close);
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
    private final BatchLoop<Event> loop;
    private final QueueWait wait = new QueueWait(nanos);
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final CompletableFuture<Void> allAnswered = new CompletableFuture<>();

    private Part(String name, BatchInterval interval, Function<Part, BatchStep<Event>> writer) {
      this.loop = new BatchLoop<>(name, nanos, writer.apply(this)).interval(interval);
    }

    private void submit(int slot, Change change, Replies replies, long itemId) {
      perSlot.incrementAndGet(slot);
      int before = changes.getAndIncrement();
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

    // `closed` first: a change that is counted after it was set is refused, so 0 is final.
    private void completeIfAnswered() {
      if (closed && changes.get() == 0) {
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
      loop.offer(new Granted(conversation, first, last));
    }

    @Override
    public void failed(ConversationId conversation, String why) {
      loop.offer(new NotGranted(conversation, why));
    }

    /// A turn of the writer; see [BatchLoop#turn].
    boolean turn() throws InterruptedException {
      return loop.turn();
    }
  }

  /// What reaches a writer from other threads.
  sealed interface Event {}

  /// The numbers `first` to `last`, both included, are the conversation's.
  record Granted(ConversationId conversation, long first, long last) implements Event {}

  /// No numbers could be had in time.
  record NotGranted(ConversationId conversation, String why) implements Event {}

  /// A change under way through a writer; once accepted, only the writer's thread touches it.
  static final class Task implements Event {
    /// About what the objects around a change weigh, in bytes.
    private static final int OVERHEAD = 300;

    final Change change;
    final int slot;
    final long epoch;
    final long accepted;
    private final long deadline;
    private final Replies replies;
    private final long itemId;

    /// Whether it may be stored already, so that the database is asked before it is written.
    boolean lookUp;

    /// How often it was tried in vain for reasons that lie in the conversation.
    int collisions;

    private @Nullable Outcome promised;
    private long promisedSeq;
    private boolean answered;

    /// @param epoch of the slot, in which the change was accepted
    /// @param accepted when it was accepted, by the monotonic clock in nanoseconds
    /// @param deadline when to give up, by the same clock
    Task(
        Change change,
        int slot,
        long epoch,
        long accepted,
        long deadline,
        Replies replies,
        long itemId) {
      this.change = change;
      this.slot = slot;
      this.epoch = epoch;
      this.accepted = accepted;
      this.deadline = deadline;
      this.replies = replies;
      this.itemId = itemId;
      this.lookUp = !(change instanceof Change.Post post) || post.resend();
    }

    ConversationId conversation() {
      return change.conversation();
    }

    /// How long until its deadline, in nanoseconds.
    long left(long now) {
      return deadline - now;
    }

    /// Remembers what was about to be answered when a commit's outcome stayed unknown, and the
    /// number that it gave away, in case the commit turns out to have happened.
    void promise(Outcome answer, long seq) {
      promised = answer;
      promisedSeq = seq;
    }

    /// The promised answer, if the message found under this task's key is the one that was about to
    /// be written.
    @Nullable Outcome kept(StoredMessage found) {
      return promisedSeq == found.seq() ? promised : null;
    }

    /// Whether a commit of it failed without telling whether it happened.
    boolean inDoubt() {
      return promised != null;
    }

    /// What a change occupies while it waits.
    private static long bytes(Change change) {
      return switch (change) {
        case Change.Post post -> OVERHEAD + post.body().bytes().length;
        case Change.CreateGroup create -> OVERHEAD * (1L + create.members().size());
        case Change.ChangeMembers members -> OVERHEAD * (1L + members.members().size());
      };
    }

    boolean isAnswered() {
      return answered;
    }

    /// Answers, once and for ever.
    ///
    /// @return what is to be flushed
    Replies answer(Outcome outcome) {
      answered = true;
      replies.answer(itemId, outcome);
      return replies;
    }
  }
}
