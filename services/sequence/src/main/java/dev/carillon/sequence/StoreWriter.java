package dev.carillon.sequence;

import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.sequence.SequenceStore.Advance;
import dev.carillon.sequence.SlotMemory.Lookup;
import dev.carillon.sequence.SlotMemory.Refill;
import dev.carillon.sequence.SlotMemory.StoreJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that uses the store for a stretch of slots of one shard: the jobs that queue while
/// one commit runs go together in the next.
///
/// When the store fails, all waiting requests are refused at once, without a try for each.
final class StoreWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
  private static final int MAX_BATCH = 200;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final SequenceStore store;
  private final SequenceMetrics metrics;
  private final LongSupplier nanos;
  private final FailPoints failPoints;
  private final BatchLoop<StoreJob> loop;

  /// @param queueLimit how many keys may wait for the store
  /// @param nanos a monotonic clock in nanoseconds
  /// @param failPoints where it may be made to crash
  StoreWriter(
      String name,
      SequenceStore store,
      int queueLimit,
      SequenceMetrics metrics,
      LongSupplier nanos,
      FailPoints failPoints) {
    this.name = name;
    this.store = store;
    this.metrics = metrics;
    this.nanos = nanos;
    this.failPoints = failPoints;
    this.loop =
        new BatchLoop<>(name, nanos, this::work).queueLimit(queueLimit).batchLimit(MAX_BATCH);
  }

  StoreWriter start() {
    loop.start();
    return this;
  }

  /// Does what is queued, takes nothing more, and ends; does not wait for it.
  void retire() {
    loop.beginFinish();
  }

  /// Queues a job; false when the queue is full or the writer is closing. Never blocks.
  boolean offer(StoreJob job) {
    return loop.offer(job);
  }

  int queued() {
    return (int) loop.queued();
  }

  /// Does what is queued and ends.
  @Override
  public void close() {
    if (!loop.finish(CLOSE_LIMIT)) {
      LOG.warn("{} still waits for the store; {} keys are given up", name, queued());
    }
    failQueued(new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance stops"));
  }

  private Next work(List<StoreJob> batch) {
    List<Runnable> after = new ArrayList<>();
    try {
      refill(batch, after);
      lookUp(batch, after);
    } catch (Refusal refusal) {
      fail(batch, refusal, after);
      failQueued(refusal);
    } catch (RuntimeException | Error e) {
      LOG.error("a batch of {} failed", batch.size(), e);
      fail(batch, new Refusal(RuntimeReason.UNEXPECTED, "internal error", e), after);
    }
    failPoints.at(SequenceStep.GRANT_BEFORE_ANSWER);
    after.forEach(StoreWriter::answer);
    return Next.WHEN_QUEUED;
  }

  private void refill(List<StoreJob> batch, List<Runnable> after) {
    List<Refill> refills = new ArrayList<>(batch.size());
    List<Advance> advances = new ArrayList<>(batch.size());
    for (StoreJob job : batch) {
      if (job instanceof Refill refill) {
        @Nullable Advance advance = refill.memory().begin(refill, after);
        if (advance != null) {
          refills.add(refill);
          advances.add(advance);
        }
      }
    }
    if (advances.isEmpty()) {
      return;
    }
    long started = nanos.getAsLong();
    List<Long> firsts = store.advance(advances);
    metrics.advanced(advances.size(), nanos.getAsLong() - started);
    for (int i = 0; i < refills.size(); i++) {
      Refill refill = refills.get(i);
      refill.memory().complete(refill, advances.get(i), firsts.get(i), after);
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
      same.forEach(lookup -> after.add(() -> lookup.memory().answer(lookup, end)));
    }
  }

  private void failQueued(Refusal refusal) {
    List<Runnable> after = new ArrayList<>();
    fail(loop.drain(), refusal, after);
    after.forEach(StoreWriter::answer);
  }

  private void fail(List<StoreJob> batch, Refusal refusal, List<Runnable> after) {
    metrics.refusedForStore.add(batch.size());
    for (StoreJob job : batch) {
      switch (job) {
        case Refill refill -> refill.memory().abandon(refill, new Refused(refusal), after);
        case Lookup lookup -> after.add(() -> lookup.answer().completeExceptionally(refusal));
      }
    }
  }

  private static void answer(Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException | Error e) {
      LOG.error("an answer could not be given to its caller", e);
    }
  }
}
