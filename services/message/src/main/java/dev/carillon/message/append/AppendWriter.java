package dev.carillon.message.append;

import dev.carillon.message.append.BatchPlanner.Planned;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.message.store.ConversationStore.AppendResult;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
/// of its [AppendQueue]'s loop.
///
/// An accepted task is *ready*, in the order of acceptance. Ready tasks make a *batch*, which is
/// planned: conversations that are short of numbers wait in [NumberReservations], repeats and
/// refusals are answered from memory, and the rest is committed in one transaction, answered, and
/// handed to fan-out. What could not be written stays in the batch, which is tried again, before
/// anything else, until it is empty: after a database that was away, a head that another owner had
/// moved, a key that existed already, or a commit whose outcome is not known. In the last three
/// cases the tasks are first looked up in the database by their keys, so nothing is ever stored
/// twice.
final class AppendWriter implements BatchStep<AppendEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(AppendWriter.class);
  private static final int MAX_COLLISIONS = 8;
  private static final long MAX_BACK_OFF_MILLIS = 200;

  private final ConversationStore store;
  private final FanOut fanOut;
  private final OwnedSlots slots;
  private final LongSupplier nanos;
  private final FailPoints failPoints;
  private final ConversationMetrics metrics;
  private final int batchSize;
  private final AppendQueue queue;
  private final BatchPlanner planner;
  private final NumberReservations numbers;

  private final Deque<Task> ready = new ArrayDeque<>();
  private List<Task> batch = List.of();
  // How often in a row the database could not take the batch.
  private int failures;

  private final Set<Replies> unflushed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Task> answered = new ArrayList<>();

  /// @param name the thread's name
  AppendWriter(String name, AppendDependencies dependencies, ConversationMetrics metrics) {
    this.store = dependencies.store();
    this.fanOut = dependencies.fanOut();
    this.slots = dependencies.slots();
    this.nanos = dependencies.nanos();
    this.failPoints = dependencies.failPoints();
    this.metrics = metrics;
    ConversationLimits limits = dependencies.limits();
    this.batchSize = limits.batchSize();
    this.queue = new AppendQueue(name, dependencies, metrics, this);
    NumberBlocks blocks = new NumberBlocks((int) Math.min(limits.cachedWeight(), 100_000));
    this.planner =
        new BatchPlanner(
            store,
            new GroupRules(limits.groupMembers()),
            dependencies.clock(),
            new ConversationCache(limits.cachedWeight()),
            blocks);
    this.numbers = new NumberReservations(dependencies.sequence(), queue, blocks);
  }

  /// The way to it.
  AppendQueue queue() {
    return queue;
  }

  @Override
  public Next run(List<AppendEvent> events) {
    try {
      events.forEach(this::takeAlone);
      numbers
          .expired(nanos.getAsLong())
          .forEach(task ->
              refuse(task, MessageError.SEQUENCE_UNAVAILABLE, "no number was granted in time"));
      if (batch.isEmpty()) {
        batch = nextBatch();
        failures = 0;
      }
      write();
    } finally {
      settle();
    }
    return next();
  }

  /// An event that fails must not take the others with it: they are not queued any more.
  private void takeAlone(AppendEvent event) {
    try {
      take(event);
    } catch (RuntimeException | Error bug) {
      LOG.error("an event of the append path failed", bug);
    }
  }

  private void take(AppendEvent event) {
    switch (event) {
      case Task task -> ready.add(task);
      case AppendEvent.Granted granted -> {
        failPoints.at(MessageStep.NUMBERS_GRANTED);
        numbers.granted(granted).reversed().forEach(ready::addFirst);
      }
      case AppendEvent.NotGranted not ->
          numbers
              .notGranted(not)
              .forEach(task -> refuse(task, MessageError.SEQUENCE_UNAVAILABLE, not.why()));
    }
  }

  private List<Task> nextBatch() {
    List<Task> next = new ArrayList<>(Math.min(batchSize, ready.size()));
    while (next.size() < batchSize && !ready.isEmpty()) {
      Task task = ready.removeFirst();
      if (!task.isAnswered() && !numbers.keptBack(task)) {
        next.add(task);
      }
    }
    next.stream().mapToLong(task -> task.accepted).max().ifPresent(queue::taken);
    return next;
  }

  private Next next() {
    if (!batch.isEmpty()) {
      return failures == 0 ? Next.AT_ONCE : new Next.NotBefore(backOff());
    }
    if (!ready.isEmpty()) {
      return Next.AT_ONCE;
    }
    queue.done();
    OptionalLong expiry = numbers.nextExpiry(nanos.getAsLong());
    return expiry.isPresent()
        ? new Next.Within(Duration.ofNanos(Math.max(0, expiry.getAsLong())))
        : Next.WHEN_QUEUED;
  }

  private Duration backOff() {
    return Duration.ofMillis(Math.min(MAX_BACK_OFF_MILLIS, 5L << Math.min(failures, 10)));
  }

  /// Tries to write the batch once; what is to be tried again stays in it.
  private void write() {
    try {
      batch = attempt(writable(batch));
    } catch (RuntimeException | Error bug) {
      LOG.error("a batch of {} changes failed", batch.size(), bug);
      abandon();
    }
  }

  private void abandon() {
    List<Task> abandoned = batch;
    batch = List.of();
    planner.forgetAll();
    abandoned.forEach(task -> refuse(task, RuntimeReason.UNEXPECTED, "an internal error"));
    // Some may be committed, and then somebody has to fan them out.
    abandoned.forEach(task -> fanOut.behind(task.conversation(), task.slot, task.epoch));
  }

  /// Refuses tasks whose time is up or whose slot is gone.
  private List<Task> writable(List<Task> tasks) {
    long now = nanos.getAsLong();
    List<Task> writable = new ArrayList<>(tasks.size());
    for (Task task : tasks) {
      if (!slots.holds(task.slot, task.epoch)) {
        answer(task, new Outcome.Refused(slots.moved(task.slot)));
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
      fanOut.behind(task.conversation(), task.slot, task.epoch);
    }
    refuse(task, reason, message);
  }

  /// Returns the tasks to try again.
  private List<Task> attempt(List<Task> tasks) {
    if (tasks.isEmpty()) {
      return tasks;
    }
    List<Planned> writes = new ArrayList<>();
    List<Planned> silent = new ArrayList<>();
    try {
      for (Planned planned : planner.plan(tasks)) {
        if (planned.draft().shortOfNumbers()) {
          numbers.await(planned);
        } else {
          (planned.draft().hasMessages() ? writes : silent).add(planned);
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
    silent.forEach(planned -> answerSilent(planned, again));
    if (!writes.isEmpty()) {
      again.addAll(commit(writes));
    }
    return again;
  }

  /// Answers that change nothing come from memory, which is good only while the slot is held.
  private void answerSilent(Planned planned, List<Task> again) {
    if (planned.tasks().stream().allMatch(task -> slots.holds(task.slot, task.epoch))) {
      answer(planned);
      reportOverlooked(planned);
    } else {
      again.addAll(planned.tasks());
    }
  }

  private List<Task> commit(List<Planned> writes) {
    long begin = nanos.getAsLong();
    AppendResult result =
        store.append(
            writes.stream().map(planned -> planned.draft().toAppend()).toList(),
            () -> writes.stream().allMatch(this::held));
    metrics.commitTimes.recordNanos(nanos.getAsLong() - begin);
    return switch (result) {
      case AppendResult.Written written -> written(writes, written.stale());
      case AppendResult.Repeated _ -> {
        metrics.repeatedBatches.increment();
        yield collided(writes);
      }
      case AppendResult.Withheld _ -> tasks(writes);
      case AppendResult.Failed failed -> {
        failed(failed.cause());
        yield tasks(writes);
      }
      case AppendResult.Unknown unknown -> inDoubt(writes, unknown.cause());
    };
  }

  private boolean held(Planned planned) {
    Task any = planned.tasks().getFirst();
    return slots.holds(any.slot, any.epoch);
  }

  private List<Task> written(List<Planned> writes, Set<ConversationId> stale) {
    failures = 0;
    List<Planned> again = new ArrayList<>();
    for (Planned planned : writes) {
      if (stale.contains(planned.draft().id())) {
        metrics.staleHeads.increment();
        again.add(planned);
      } else {
        planner.committed(planned.draft());
        answer(planned);
      }
    }
    // Senders first: fan-out may take its time, and new numbers are wanted only later.
    flush();
    failPoints.at(MessageStep.APPEND_AFTER_ANSWER);
    List<Planned> committed =
        writes.stream().filter(planned -> !stale.contains(planned.draft().id())).toList();
    fanOut(committed);
    committed.forEach(numbers::used);
    numbers.flush();
    metrics.batchSizes.record(writes.stream().mapToInt(planned -> planned.draft().size()).sum());
    return collided(again);
  }

  private void fanOut(List<Planned> committed) {
    committed.forEach(this::reportOverlooked);
    fanOut.committed(
        committed.stream()
            .filter(planned -> !planned.draft().overlooked())
            .map(planned -> planned.draft().toCommitted(planned.tasks().getFirst().slot))
            .toList());
  }

  private void reportOverlooked(Planned planned) {
    if (planned.draft().overlooked()) {
      Task any = planned.tasks().getFirst();
      fanOut.behind(planned.draft().id(), any.slot, any.epoch);
    }
  }

  /// What was believed is wrong, or a message is stored already: look before trying again.
  private List<Task> collided(List<Planned> writes) {
    planner.forget(writes);
    List<Task> tasks = tasks(writes);
    tasks.forEach(task -> {
      task.lookUp = true;
      task.collisions++;
    });
    return tasks;
  }

  private List<Task> inDoubt(List<Planned> writes, Exception cause) {
    metrics.unknownCommits.increment();
    planner.forget(writes);
    writes.forEach(planned -> planned.draft().promise());
    List<Task> tasks = tasks(writes);
    tasks.forEach(task -> task.lookUp = true);
    failed(cause);
    return tasks;
  }

  private void failed(Exception cause) {
    metrics.failedBatches.increment();
    if (failures++ == 0) {
      LOG.warn("a batch could not be written, it is tried again", cause);
    }
  }

  private static List<Task> tasks(List<Planned> planned) {
    return planned.stream().flatMap(each -> each.tasks().stream()).toList();
  }

  private void answer(Planned planned) {
    planned.draft().answers().forEach(each -> answer(each.task(), each.outcome()));
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

  private void flush() {
    unflushed.forEach(AppendWriter::flush);
    unflushed.clear();
  }

  /// One caller's stream that fails must hold up neither the other callers nor fan-out.
  private static void flush(Replies replies) {
    try {
      replies.flush();
    } catch (RuntimeException | Error bug) {
      LOG.error("answers could not be sent to their caller", bug);
    }
  }
}
