package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.message.store.ConversationStore.AppendResult;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the changes of a range of slots, one transaction after the other. Confined to the thread
/// of its loop in the [AppendQueue].
///
/// An accepted task is *ready*, in the order of acceptance. Ready tasks make a *batch*, which is
/// planned: conversations that are short of numbers wait in [NumberReservations], repeats and
/// refusals are answered from memory, and the rest is committed in one transaction, answered, and
/// handed to fan-out. What could not be written stays in the batch, which is tried again, before
/// anything else, until it is empty: after a database that was away, a head that another owner had
/// moved, a key that existed already, or a commit whose outcome is not known. In the last three
/// cases the tasks are first looked up in the database by their keys, so nothing is ever stored
/// twice.
public final class AppendWriter implements BatchStep<AppendEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(AppendWriter.class);
  private static final int MAX_COLLISIONS = 8;
  private static final long MAX_BACK_OFF_MILLIS = 200;

  private final Dependencies on;
  private final ConversationMetrics metrics;
  private final AppendQueue.Part queue;
  private final BatchPlanner planner;
  private final NumberReservations numbers;

  private final Deque<Task> ready = new ArrayDeque<>();
  private List<Task> batch = List.of();
  // How often in a row the database could not take the batch.
  private int failures;

  private final Set<Replies> unflushed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Task> answered = new ArrayList<>();

  /// What the append path stands on.
  ///
  /// @param clock tells when messages were stored
  /// @param nanos a monotonic clock in nanoseconds, for deadlines and pauses
  /// @param interval how long a writer pauses after a transaction
  /// @param failPoints where it may be made to crash
  public record Dependencies(
      ConversationStore store,
      SequenceClient sequence,
      FanOut fanOut,
      OwnedSlots slots,
      ConversationLimits limits,
      InstantSource clock,
      LongSupplier nanos,
      BatchInterval interval,
      FailPoints failPoints,
      Metrics metrics) {}

  /// The writers of an instance, and the queue to them. They work once it is started, and end when
  /// it is closed.
  public static AppendQueue open(Dependencies on) {
    ConversationMetrics metrics = new ConversationMetrics(on.metrics());
    return new AppendQueue(
        on.store().shards(),
        on.slots(),
        on.limits(),
        on.nanos(),
        on.interval(),
        metrics,
        queue -> new AppendWriter(on, metrics, queue));
  }

  private AppendWriter(Dependencies on, ConversationMetrics metrics, AppendQueue.Part queue) {
    this.on = on;
    this.metrics = metrics;
    this.queue = queue;
    int reservations = (int) Math.min(on.limits().cachedWeight(), 100_000);
    this.numbers = new NumberReservations(on.sequence(), queue, reservations);
    this.planner = new BatchPlanner(on.store(), on.limits(), on.clock(), numbers);
  }

  @Override
  public Next run(List<AppendEvent> events) {
    try {
      events.forEach(this::take);
      numbers
          .expired(now())
          .forEach(task ->
              refuse(task, MessageError.SEQUENCE_UNAVAILABLE, "no number was granted in time"));
      if (batch.isEmpty()) {
        fillBatch();
      }
      write();
    } finally {
      settle();
    }
    return next();
  }

  private long now() {
    return on.nanos().getAsLong();
  }

  /// An event that fails must not take the others with it: they are not queued any more.
  private void take(AppendEvent event) {
    try {
      switch (event) {
        case Task task -> ready.add(task);
        case AppendEvent.Granted granted -> {
          on.failPoints().at(MessageStep.NUMBERS_GRANTED);
          numbers
              .granted(granted.conversation(), granted.first(), granted.last())
              .reversed()
              .forEach(ready::addFirst);
        }
        case AppendEvent.NotGranted not ->
            numbers
                .answered(not.conversation())
                .forEach(task -> refuse(task, MessageError.SEQUENCE_UNAVAILABLE, not.why()));
      }
    } catch (RuntimeException | Error bug) {
      LOG.error("an event of the append path failed", bug);
    }
  }

  /// A task stays ready until the batch or its conversation's queue has it.
  private void fillBatch() {
    failures = 0;
    int size = Math.min(on.limits().batchSize(), ready.size());
    batch = new ArrayList<>(size);
    long newest = Long.MIN_VALUE;
    while (batch.size() < size && !ready.isEmpty()) {
      Task task = ready.getFirst();
      if (!task.isAnswered() && !numbers.keptBack(task)) {
        batch.add(task);
        newest = Math.max(newest, task.accepted);
      }
      ready.removeFirst();
    }
    if (!batch.isEmpty()) {
      queue.taken(newest);
    }
  }

  private Next next() {
    if (!batch.isEmpty() && failures > 0) {
      long backOff = Math.min(MAX_BACK_OFF_MILLIS, 5L << Math.min(failures, 10));
      return new Next.NotBefore(Duration.ofMillis(backOff));
    }
    if (!batch.isEmpty() || !ready.isEmpty()) {
      return Next.AT_ONCE;
    }
    queue.done();
    OptionalLong expiry = numbers.nextExpiry(now());
    return expiry.isPresent()
        ? new Next.Within(Duration.ofNanos(Math.max(0, expiry.getAsLong())))
        : Next.WHEN_QUEUED;
  }

  /// Tries to write the batch once; what is to be tried again stays in it.
  private void write() {
    try {
      batch = attempt(writable(batch));
    } catch (RuntimeException | Error bug) {
      LOG.error("a batch of {} changes failed", batch.size(), bug);
      List<Task> abandoned = batch;
      batch = List.of();
      planner.forgetAll();
      abandoned.forEach(task -> refuse(task, RuntimeReason.UNEXPECTED, "an internal error"));
      // Some may be committed, and then somebody has to fan them out.
      abandoned.forEach(this::fanOutFromStore);
    }
  }

  private void fanOutFromStore(Task task) {
    on.fanOut().behind(task.conversation(), task.slot, task.epoch);
  }

  /// Refuses tasks whose time is up or whose slot is gone.
  private List<Task> writable(List<Task> tasks) {
    long now = now();
    List<Task> writable = new ArrayList<>(tasks.size());
    for (Task task : tasks) {
      if (!on.slots().holds(task.slot, task.epoch)) {
        answer(task, new Outcome.Refused(on.slots().moved(task.slot)));
      } else if (task.left(now) <= 0) {
        giveUp(task, RuntimeReason.DATABASE_UNAVAILABLE, "the message was not stored in time");
      } else if (task.collisions > MAX_COLLISIONS) {
        giveUp(task, RuntimeReason.DATABASE_CONTENDED, "the conversation kept changing");
      } else {
        writable.add(task);
      }
    }
    return writable;
  }

  private void giveUp(Task task, Reason reason, String message) {
    if (task.inDoubt()) {
      // It may be stored after all, and then somebody has to fan it out.
      fanOutFromStore(task);
    }
    refuse(task, reason, message);
  }

  /// Returns the tasks to try again.
  private List<Task> attempt(List<Task> tasks) {
    if (tasks.isEmpty()) {
      return tasks;
    }
    List<Draft> writes = new ArrayList<>();
    List<Draft> silent = new ArrayList<>();
    try {
      for (Draft draft : planner.plan(tasks)) {
        if (draft.shortOfNumbers()) {
          numbers.await(draft.id(), draft.tasks, draft.base.lastSeq());
        } else {
          (draft.hasMessages() ? writes : silent).add(draft);
        }
      }
    } catch (Refusal away) {
      if (!away.retryable()) {
        throw away;
      }
      failed(away);
      return tasks;
    }
    numbers.flush();
    List<Task> again = new ArrayList<>();
    silent.forEach(draft -> answerSilent(draft, again));
    if (!writes.isEmpty()) {
      again.addAll(commit(on.store().shards().divide(writes, Draft::slot)));
    }
    return again;
  }

  /// Answers that change nothing come from memory, which is good only while the slot is held.
  private void answerSilent(Draft draft, List<Task> again) {
    if (draft.isHeld(on.slots())) {
      answer(draft);
      reportOverlooked(draft);
    } else {
      again.addAll(draft.tasks);
    }
  }

  private List<Task> commit(Collection<List<Draft>> divided) {
    return divided.stream().flatMap(writes -> commitTogether(writes).stream()).toList();
  }

  private List<Task> commitTogether(List<Draft> writes) {
    long begin = now();
    AppendResult result =
        on.store()
            .append(
                writes.stream().map(Draft::toAppend).toList(),
                () -> writes.stream().allMatch(draft -> draft.isHeld(on.slots())));
    metrics.commitTimes.recordNanos(now() - begin);
    return switch (result) {
      case AppendResult.Written written -> written(writes, written.stale());
      case AppendResult.Repeated _ -> {
        metrics.repeatedBatches.increment();
        yield collided(writes);
      }
      case AppendResult.Divided _ -> {
        metrics.dividedBatches.increment();
        yield commit(Shards.bySlot(writes, Draft::slot));
      }
      case AppendResult.Withheld _ -> tasks(writes);
      case AppendResult.Failed failed -> {
        failed(failed.cause());
        yield tasks(writes);
      }
      case AppendResult.Unknown unknown -> inDoubt(writes, unknown.cause());
    };
  }

  private List<Task> written(List<Draft> writes, Set<ConversationId> stale) {
    failures = 0;
    List<Draft> committed = new ArrayList<>(writes.size());
    List<Draft> again = new ArrayList<>();
    for (Draft draft : writes) {
      if (stale.contains(draft.id())) {
        metrics.staleHeads.increment();
        again.add(draft);
      } else {
        planner.committed(draft);
        answer(draft);
        committed.add(draft);
      }
    }
    // Senders first: fan-out may take its time, and new numbers are wanted only later.
    flush();
    on.failPoints().at(MessageStep.APPEND_AFTER_ANSWER);
    committed.forEach(this::reportOverlooked);
    List<Committed> fanned =
        committed.stream().filter(draft -> !draft.overlooked()).map(Draft::toCommitted).toList();
    on.fanOut().committed(fanned);
    numbers.flush();
    metrics.batchSizes.record(writes.stream().mapToInt(Draft::size).sum());
    return collided(again);
  }

  private void reportOverlooked(Draft draft) {
    if (draft.overlooked()) {
      fanOutFromStore(draft.tasks.getFirst());
    }
  }

  /// What was believed is wrong, or a message is stored already: look before trying again.
  private List<Task> collided(List<Draft> writes) {
    List<Task> tasks = lookUp(writes);
    tasks.forEach(task -> task.collisions++);
    return tasks;
  }

  private List<Task> inDoubt(List<Draft> writes, Exception cause) {
    metrics.unknownCommits.increment();
    writes.forEach(Draft::promise);
    failed(cause);
    return lookUp(writes);
  }

  /// The drafts' tasks, to be looked up in the database before they are planned again.
  private List<Task> lookUp(List<Draft> writes) {
    planner.forget(writes);
    List<Task> tasks = tasks(writes);
    tasks.forEach(task -> task.lookUp = true);
    return tasks;
  }

  private void failed(Exception cause) {
    metrics.failedBatches.increment();
    if (failures++ == 0) {
      LOG.warn("a batch could not be written, it is tried again", cause);
    }
  }

  private static List<Task> tasks(List<Draft> drafts) {
    return drafts.stream().flatMap(draft -> draft.tasks.stream()).toList();
  }

  private void answer(Draft draft) {
    draft.answers.forEach(each -> answer(each.task(), each.outcome()));
  }

  private void refuse(Task task, Reason reason, String message) {
    answer(task, new Outcome.Refused(new Refusal(reason, message)));
  }

  private void answer(Task task, Outcome outcome) {
    if (!task.isAnswered()) {
      metrics.answered(outcome);
      answered.add(task);
      unflushed.add(task.answer(outcome));
    }
  }

  /// Sends the answers, and lets go of the tasks they belong to.
  private void settle() {
    flush();
    answered.forEach(queue::release);
    answered.clear();
  }

  /// One caller's stream that fails must hold up neither the other callers nor fan-out.
  private void flush() {
    for (Replies replies : unflushed) {
      try {
        replies.flush();
      } catch (RuntimeException | Error bug) {
        LOG.error("answers could not be sent to their caller", bug);
      }
    }
    unflushed.clear();
  }
}
