package dev.carillon.message.conversation;

import dev.carillon.message.conversation.BatchPlanner.Planned;
import dev.carillon.message.conversation.ConversationStore.AppendResult;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one batch after the other: plans, commits, answers, hands over to fan-out. Confined to
/// its thread.
///
/// What cannot be written is tried again until it is, or its time is up: after a database that was
/// away, a head that another owner had moved, a key that existed already, or a commit whose outcome
/// is not known. In the last three cases the tasks are first looked up in the database by their
/// keys, so nothing is ever stored twice.
final class BatchWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);
  private static final int MAX_COLLISIONS = 8;
  private static final long MAX_PAUSE_MILLIS = 200;

  private final BatchPlanner planner;
  private final ConversationStore store;
  private final FanOut fanOut;
  private final OwnedSlots slots;
  private final LongSupplier nanos;
  private final ConversationMetrics metrics;
  private final Numbers numbers;

  private final Consumer<Task> settled;
  private final FailPoints failPoints;

  private final Set<Replies> touched = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Task> answered = new ArrayList<>();
  private int failures;

  /// Where a writer gets more numbers from.
  interface Numbers {
    /// The tasks wait until numbers are there; later tasks of the conversation wait behind them.
    void await(Planned planned);

    /// The conversation has just used numbers: time to look whether more should be reserved.
    void used(Planned planned);

    /// Everything asked for since the last call is sent in one request.
    void flush();
  }

  /// What it works on.
  ///
  /// @param settled told of every task that was answered and, when it was stored, handed to fan-out
  record Ports(
      ConversationStore store,
      FanOut fanOut,
      OwnedSlots slots,
      Consumer<Task> settled,
      FailPoints failPoints) {}

  BatchWriter(
      BatchPlanner planner,
      Ports ports,
      Numbers numbers,
      LongSupplier nanos,
      ConversationMetrics metrics) {
    this.planner = planner;
    this.store = ports.store();
    this.fanOut = ports.fanOut();
    this.slots = ports.slots();
    this.settled = ports.settled();
    this.failPoints = ports.failPoints();
    this.numbers = numbers;
    this.nanos = nanos;
    this.metrics = metrics;
  }

  /// Sees to it that every task is answered, or waits for numbers.
  void write(List<Task> tasks) {
    List<Task> left = tasks;
    try {
      failures = 0;
      while (!left.isEmpty()) {
        left = attempt(writable(left));
        settle();
        if (!left.isEmpty()) {
          pause();
        }
      }
    } catch (RuntimeException | Error bug) {
      LOG.error("a batch of {} changes failed", tasks.size(), bug);
      planner.forgetAll();
      left.forEach(task -> refuse(task, RuntimeReason.UNEXPECTED, "an internal error"));
      settle();
    }
  }

  /// Refuses tasks whose time is up or whose slot is gone.
  private List<Task> writable(List<Task> tasks) {
    long now = nanos.getAsLong();
    List<Task> writable = new ArrayList<>(tasks.size());
    for (Task task : tasks) {
      if (!slots.holds(task.slot, task.epoch)) {
        answer(task, new Outcome.Refused(slots.moved(task.slot)));
      } else if (task.expired(now)) {
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

  /// Tries once.
  ///
  /// @return the tasks to try again
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
      tellOverlooked(planned);
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
    failPoints.at(FailPoint.MESSAGE_APPEND_AFTER_ANSWER);
    for (Planned planned : writes) {
      if (!stale.contains(planned.draft().id())) {
        tellFanOut(planned);
        numbers.used(planned);
      }
    }
    numbers.flush();
    metrics.batchSizes.record(writes.stream().mapToInt(planned -> planned.draft().size()).sum());
    return collided(again);
  }

  private void tellFanOut(Planned planned) {
    if (planned.draft().overlooked()) {
      tellOverlooked(planned);
    } else {
      fanOut.committed(planned.draft().toCommitted(planned.tasks().getFirst().slot));
    }
  }

  private void tellOverlooked(Planned planned) {
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

  void refuse(Task task, Reason reason, String message) {
    answer(task, new Outcome.Refused(new Refusal(reason, message)));
  }

  void answer(Task task, Outcome outcome) {
    if (task.isAnswered()) {
      return;
    }
    metrics.answered(outcome);
    touched.add(task.answer(outcome));
    answered.add(task);
  }

  /// Sends the answers, and lets go of the tasks they belong to.
  void settle() {
    flush();
    answered.forEach(settled);
    answered.clear();
  }

  private void flush() {
    touched.forEach(Replies::flush);
    touched.clear();
  }

  private void pause() {
    if (failures == 0) {
      return;
    }
    long millis = Math.min(MAX_PAUSE_MILLIS, 5L << Math.min(failures, 10));
    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
