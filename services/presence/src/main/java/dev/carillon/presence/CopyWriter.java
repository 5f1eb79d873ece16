package dev.carillon.presence;

import dev.carillon.presence.DirectoryCopy.CopyChange;
import dev.carillon.presence.DirectoryCopy.CopyUnavailableException;
import dev.carillon.presence.DirectoryCopy.SlotContents;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.slots.Slots;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the directory's copy up to date in the background: changes wait in a bounded queue and are
/// written in batches by one thread.
///
/// When the queue overflows or the copy is away, the slots concerned are *stale*: their changes are
/// dropped, and as soon as the copy can be reached they are written anew as a whole.
final class CopyWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyWriter.class);
  private static final int QUEUE_LIMIT = 50_000;
  private static final int BATCH_LIMIT = 500;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final DirectoryCopy copy;
  private final IntFunction<Optional<SlotContents>> contents;
  private final PresenceMetrics metrics;
  private final BitSet stale = new BitSet(Slots.COUNT);
  private final BatchLoop<CopyChange> loop;

  /// @param contents everything known of a slot now; empty when it is not owned any more
  /// @param interval how long to pause after a batch
  /// @param nanos the monotonic clock
  CopyWriter(
      DirectoryCopy copy,
      IntFunction<Optional<SlotContents>> contents,
      BatchInterval interval,
      LongSupplier nanos,
      PresenceMetrics metrics) {
    this.copy = copy;
    this.contents = contents;
    this.metrics = metrics;
    this.loop =
        new BatchLoop<>("presence-copy", nanos, this::write)
            .queueLimit(QUEUE_LIMIT)
            .batchLimit(BATCH_LIMIT)
            .interval(interval);
  }

  /// Begins to write.
  void start() {
    loop.start();
  }

  /// Queues a change; never blocks.
  void changed(CopyChange change) {
    if (!loop.offer(change)) {
      refresh(change.slot());
      metrics.copyOverflows.increment();
    }
  }

  /// Has a slot's copy written anew, because everything about it is known now.
  synchronized void refresh(int slot) {
    stale.set(slot);
    loop.wake();
  }

  /// Nothing is known of a slot that begins or ceases to be owned: its copy is left as it is.
  synchronized void leave(int slot) {
    stale.clear(slot);
  }

  /// Stops at once; what has not been written is not missed, for the copy may be out of date.
  @Override
  public void close() {
    loop.close();
  }

  /// Writes what is due, and never waits; for tests, which do not start the thread.
  ///
  /// @return whether anything was due
  boolean turn() throws InterruptedException {
    return loop.turn();
  }

  private Next write(List<CopyChange> changes) {
    try {
      if (!changes.isEmpty()) {
        copy.apply(changes);
      }
      for (int slot = nextStale(); slot >= 0; slot = nextStale()) {
        int current = slot;
        contents.apply(slot).ifPresent(all -> copy.replace(current, all));
      }
      return Next.WHEN_QUEUED;
    } catch (CopyUnavailableException away) {
      LOG.debug("the directory's copy is away: {}", away.getMessage());
    } catch (RuntimeException | Error bug) {
      LOG.error("writing the directory's copy failed", bug);
    }
    metrics.copyFailures.increment();
    loop.drain();
    // What was being written is in doubt, so every slot is written anew.
    synchronized (this) {
      stale.set(0, Slots.COUNT);
    }
    return new Next.NotBefore(PAUSE_AFTER_FAILURE);
  }

  private synchronized int nextStale() {
    int slot = stale.nextSetBit(0);
    if (slot >= 0) {
      stale.clear(slot);
    }
    return slot;
  }
}
