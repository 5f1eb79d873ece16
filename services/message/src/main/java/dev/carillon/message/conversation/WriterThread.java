package dev.carillon.message.conversation;

import dev.carillon.message.conversation.BatchPlanner.Planned;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Pace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread of one batch writer: gathers what queued while the last batch committed, and lets
/// conversations that wait for numbers wait without holding up the others.
///
/// Everything but the queue is confined to the thread.
final class WriterThread
    implements Intake.Line, BatchWriter.Numbers, SequenceClient.Grants, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterThread.class);
  private static final long IDLE_MILLIS = 100;
  private static final long WAITING_MILLIS = 10;

  private final SequenceClient sequence;
  private final NumberBlocks blocks;
  private final FailPoints failPoints;
  private final BooleanSupplier done;
  private final LongSupplier nanos;
  private final int batchSize;
  private final Pace pace;
  private final BatchWriter writer;
  private final QueueWait wait;
  private final LinkedBlockingQueue<Event> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  private final Deque<Task> ready = new ArrayDeque<>();
  private final Map<ConversationId, Deque<Task>> waiting = new LinkedHashMap<>();
  private final Set<ConversationId> asked = new HashSet<>();
  private final Map<ConversationId, SequenceClient.Wish> wishes = new HashMap<>();

  /// What reaches the thread from others.
  private sealed interface Event {
    record Accepted(Task task) implements Event {}

    record Granted(ConversationId conversation, long first, long last) implements Event {}

    record NotGranted(ConversationId conversation, String why) implements Event {}

    record Closing() implements Event {}
  }

  /// What it works with.
  ///
  /// @param sequence where numbers come from
  /// @param blocks those that came
  /// @param failPoints where it may be made to crash
  /// @param done whether everything is answered and nothing more will be accepted
  record Ports(
      SequenceClient sequence, NumberBlocks blocks, FailPoints failPoints, BooleanSupplier done) {}

  /// Makes the writer that works with the given source of numbers.
  interface WriterMaker {
    BatchWriter make(BatchWriter.Numbers numbers);
  }

  WriterThread(
      int index, Ports ports, LongSupplier nanos, ConversationLimits limits, WriterMaker maker) {
    this.sequence = ports.sequence();
    this.blocks = ports.blocks();
    this.failPoints = ports.failPoints();
    this.done = ports.done();
    this.nanos = nanos;
    this.batchSize = limits.batchSize();
    this.pace = Pace.growing(limits.commitInterval());
    this.wait = new QueueWait(nanos);
    this.writer = maker.make(this);
    this.thread =
        Thread.ofPlatform().name("carillon-message-writer-" + index).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void accept(Task task) {
    queue.add(new Event.Accepted(task));
  }

  @Override
  public long standingWait() {
    return wait.standing();
  }

  @Override
  public void granted(ConversationId conversation, long first, long last) {
    queue.add(new Event.Granted(conversation, first, last));
  }

  @Override
  public void failed(ConversationId conversation, String why) {
    queue.add(new Event.NotGranted(conversation, why));
  }

  /// Ends the thread once everything is answered, after no more is accepted; tasks have deadlines,
  /// so it always comes to that.
  @Override
  public void close() {
    queue.add(new Event.Closing());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!done.getAsBoolean()) {
        gather();
        expireWaiting();
        List<Task> batch = nextBatch();
        if (!batch.isEmpty()) {
          pace.begin();
          writer.write(batch);
        }
        writer.settle();
        if (ready.isEmpty()) {
          if (queue.isEmpty()) {
            wait.empty();
          }
          if (!batch.isEmpty()) {
            pace.rest();
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.error("{} was interrupted and ends", thread.getName());
    }
  }

  private void gather() throws InterruptedException {
    Event event = first();
    while (event != null) {
      take(event);
      event = queue.poll();
    }
  }

  private @Nullable Event first() throws InterruptedException {
    if (!ready.isEmpty()) {
      return queue.poll();
    }
    long patience = waiting.isEmpty() ? IDLE_MILLIS : WAITING_MILLIS;
    return queue.poll(patience, TimeUnit.MILLISECONDS);
  }

  private void take(Event event) {
    switch (event) {
      case Event.Accepted accepted -> ready.add(accepted.task());
      case Event.Closing _ -> {}
      case Event.Granted granted -> {
        failPoints.at(MessageStep.NUMBERS_GRANTED);
        asked.remove(granted.conversation());
        blocks.granted(granted.conversation(), granted.first(), granted.last());
        wake(granted.conversation());
      }
      case Event.NotGranted notGranted -> {
        asked.remove(notGranted.conversation());
        Deque<Task> tasks = waiting.remove(notGranted.conversation());
        if (tasks != null) {
          tasks.forEach(
              task -> writer.refuse(task, MessageError.SEQUENCE_UNAVAILABLE, notGranted.why()));
        }
      }
    }
  }

  private void wake(ConversationId conversation) {
    Deque<Task> tasks = waiting.remove(conversation);
    if (tasks != null) {
      tasks.descendingIterator().forEachRemaining(ready::addFirst);
    }
  }

  private List<Task> nextBatch() {
    List<Task> batch = new ArrayList<>(Math.min(batchSize, ready.size()));
    while (batch.size() < batchSize && !ready.isEmpty()) {
      Task task = ready.removeFirst();
      Deque<Task> before = waiting.get(task.conversation());
      if (before == null) {
        batch.add(task);
      } else {
        before.add(task);
      }
    }
    batch.stream().mapToLong(task -> task.accepted).max().ifPresent(wait::taken);
    return batch;
  }

  private void expireWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    long now = nanos.getAsLong();
    Iterator<Deque<Task>> all = waiting.values().iterator();
    while (all.hasNext()) {
      Deque<Task> tasks = all.next();
      tasks.removeIf(task -> task.expired(now) && giveUp(task));
      if (tasks.isEmpty()) {
        all.remove();
      }
    }
  }

  private boolean giveUp(Task task) {
    writer.refuse(task, MessageError.SEQUENCE_UNAVAILABLE, "no number was granted in time");
    return true;
  }

  @Override
  public void await(Planned planned) {
    ConversationId conversation = planned.draft().id();
    waiting.computeIfAbsent(conversation, absent -> new ArrayDeque<>()).addAll(planned.tasks());
    wish(planned, planned.numbersNeeded());
  }

  @Override
  public void used(Planned planned) {
    if (blocks.low(planned.draft().id())) {
      wish(planned, 1);
    }
  }

  private void wish(Planned planned, int count) {
    ConversationId conversation = planned.draft().id();
    if (asked.add(conversation)) {
      long floor = planned.draft().base().lastSeq();
      wishes.put(conversation, new SequenceClient.Wish(conversation, count, floor));
    }
  }

  @Override
  public void flush() {
    if (!wishes.isEmpty()) {
      List<SequenceClient.Wish> batch = List.copyOf(wishes.values());
      wishes.clear();
      sequence.reserve(batch, this);
    }
  }
}
