package dev.carillon.presence;

import dev.carillon.runtime.slots.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the directory's copy up to date behind its back: changes wait in a bounded queue and are
/// written in batches by one virtual thread.
///
/// When the queue overflows or the copy is away, the slots concerned are *stale*: their changes are
/// let go, and as soon as the copy can be reached they are written anew as a whole.
final class CopyWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyWriter.class);
  private static final int QUEUE_LIMIT = 50_000;
  private static final int BATCH_LIMIT = 500;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration IDLE_WAIT = Duration.ofMillis(200);

  private final DirectoryCopy copy;
  private final PresenceMetrics metrics;
  private final BlockingQueue<CopyChange> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
  private final BitSet owned = new BitSet(Slots.COUNT);
  private final BitSet stale = new BitSet(Slots.COUNT);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final IntFunction<Optional<SlotContents>> contents;
  private final Thread thread;

  /// @param contents everything known of a slot now; empty when it is not owned any more
  CopyWriter(
      DirectoryCopy copy, IntFunction<Optional<SlotContents>> contents, PresenceMetrics metrics) {
    this.copy = copy;
    this.contents = contents;
    this.metrics = metrics;
    thread = Thread.ofVirtual().name("presence-copy").unstarted(this::run);
  }

  /// Begins to write.
  void start() {
    thread.start();
  }

  /// Queues a change; never blocks.
  void changed(CopyChange change) {
    if (!queue.offer(change)) {
      markStale(change.slot());
      metrics.copyOverflowed();
    }
  }

  /// Has a slot's copy written anew, because everything about it is known now.
  void refresh(int slot) {
    markStale(slot);
  }

  synchronized void claimed(int slot) {
    owned.set(slot);
  }

  synchronized void released(int slot) {
    owned.clear(slot);
    stale.clear(slot);
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        if (!writeOnce()) {
          giveUpQueued();
          closing.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException closed) {
      LOG.debug("stopped writing the directory's copy");
    }
  }

  private boolean writeOnce() throws InterruptedException {
    try {
      CopyChange first = queue.poll(IDLE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        List<CopyChange> batch = new ArrayList<>();
        batch.add(first);
        queue.drainTo(batch, BATCH_LIMIT - 1);
        copy.apply(batch);
      }
      for (int slot = nextStale(); slot >= 0; slot = nextStale()) {
        int current = slot;
        contents.apply(slot).ifPresent(all -> copy.replace(current, all));
      }
      return true;
    } catch (CopyUnavailableException away) {
      LOG.debug("the directory's copy is away: {}", away.getMessage());
    } catch (RuntimeException bug) {
      LOG.error("writing the directory's copy failed", bug);
    }
    metrics.copyFailed();
    return false;
  }

  private synchronized int nextStale() {
    int slot = stale.nextSetBit(0);
    if (slot >= 0) {
      stale.clear(slot);
    }
    return slot;
  }

  private synchronized void markStale(int slot) {
    if (owned.get(slot)) {
      stale.set(slot);
    }
  }

  /// What was being written is in doubt, so every slot is written anew.
  private synchronized void giveUpQueued() {
    queue.clear();
    stale.or(owned);
  }
}
