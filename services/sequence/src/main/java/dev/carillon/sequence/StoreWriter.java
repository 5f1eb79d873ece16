package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.sequence.SequenceStore.Advance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that talks to the store for a range of slots: what queues while one commit runs
/// goes together in the next.
///
/// When the store fails, everything that waits is told at once instead of each finding out for
/// itself.
final class StoreWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreWriter.class);
  private static final int MAX_BATCH = 200;
  private static final long POLL_MILLIS = 100;
  private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(10);

  private final SequenceStore store;
  private final SequenceMetrics metrics;
  private final FailPoints failPoints;
  private final BlockingQueue<StoreJob> queue;
  private final Thread thread;
  private volatile boolean closing;

  /// @param queueLimit how many keys may wait for the store
  /// @param failPoints where it may be made to crash
  StoreWriter(
      String name,
      SequenceStore store,
      int queueLimit,
      SequenceMetrics metrics,
      FailPoints failPoints) {
    this.store = store;
    this.metrics = metrics;
    this.failPoints = failPoints;
    this.queue = new ArrayBlockingQueue<>(queueLimit);
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Queues a job; false when the queue is full or the writer is closing. Never blocks.
  boolean offer(StoreJob job) {
    return !closing && queue.offer(job);
  }

  int queued() {
    return queue.size();
  }

  /// Does what is queued and ends.
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(CLOSE_AT_MOST)) {
        log.warn("{} still waits for the store; {} keys are given up", thread.getName(), queued());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failQueued(new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance stops"));
  }

  private void run() {
    List<StoreJob> batch = new ArrayList<>(MAX_BATCH);
    while (!Thread.currentThread().isInterrupted()) {
      try {
        @Nullable StoreJob first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (closing) {
            return;
          }
          continue;
        }
        batch.add(first);
        queue.drainTo(batch, MAX_BATCH - 1);
        work(batch);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      batch.clear();
    }
  }

  private void work(List<StoreJob> batch) {
    List<Runnable> after = new ArrayList<>();
    try {
      refill(batch, after);
      lookUp(batch, after);
    } catch (Refusal refusal) {
      fail(batch, refusal, after);
      failQueued(refusal);
    } catch (RuntimeException e) {
      log.error("a batch of {} failed", batch.size(), e);
      fail(batch, new Refusal(RuntimeReason.UNEXPECTED, "internal error", e), after);
    }
    failPoints.at(SequenceStep.GRANT_BEFORE_ANSWER);
    after.forEach(StoreWriter::tell);
  }

  private void refill(List<StoreJob> batch, List<Runnable> after) {
    List<Refill> refills = new ArrayList<>(batch.size());
    List<Advance> advances = new ArrayList<>(batch.size());
    for (StoreJob job : batch) {
      if (job instanceof Refill refill) {
        @Nullable Advance advance = refill.memory.begin(refill);
        if (advance == null) {
          refill.memory.abandon(refill, refill.memory.moved(), after);
        } else {
          refills.add(refill);
          advances.add(advance);
        }
      }
    }
    if (advances.isEmpty()) {
      return;
    }
    long started = System.nanoTime();
    List<Long> firsts = store.advance(advances);
    metrics.advanced(advances.size(), System.nanoTime() - started);
    for (int i = 0; i < refills.size(); i++) {
      Refill refill = refills.get(i);
      refill.memory.complete(refill, firsts.get(i), after);
    }
  }

  private void lookUp(List<StoreJob> batch, List<Runnable> after) {
    Map<SequenceKey, List<Lookup>> lookups = new LinkedHashMap<>();
    for (StoreJob job : batch) {
      if (job instanceof Lookup lookup) {
        lookups.computeIfAbsent(lookup.key(), key -> new ArrayList<>(1)).add(lookup);
      }
    }
    if (lookups.isEmpty()) {
      return;
    }
    Iterator<Long> ends = store.ends(List.copyOf(lookups.keySet())).iterator();
    for (List<Lookup> same : lookups.values()) {
      long end = ends.next();
      same.forEach(lookup -> after.add(() -> answer(lookup, end)));
    }
  }

  private static void answer(Lookup lookup, long end) {
    if (lookup.memory().holds(lookup.epoch())) {
      lookup.answer().complete(end);
    } else {
      lookup.answer().completeExceptionally(lookup.memory().moved().refusal());
    }
  }

  private void failQueued(Refusal refusal) {
    List<StoreJob> queued = new ArrayList<>();
    List<Runnable> after = new ArrayList<>();
    queue.drainTo(queued);
    fail(queued, refusal, after);
    after.forEach(StoreWriter::tell);
  }

  private void fail(List<StoreJob> batch, Refusal refusal, List<Runnable> after) {
    metrics.refusedForStore.add(batch.size());
    for (StoreJob job : batch) {
      switch (job) {
        case Refill refill -> refill.memory.abandon(refill, new Refused(refusal), after);
        case Lookup lookup -> after.add(() -> lookup.answer().completeExceptionally(refusal));
      }
    }
  }

  private static void tell(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException e) {
      log.error("a caller could not be told its numbers", e);
    }
  }
}
