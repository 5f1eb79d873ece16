package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Pace;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One writer of mailboxes: a bounded queue and the thread that empties it.
final class MailboxWriterLane {
  /// About so many users a transaction: few enough that the locks on their rows are short.
  private static final int BATCH = 100;

  private static final Logger log = LoggerFactory.getLogger(MailboxWriterLane.class);

  private final MailboxStore store;
  private final int capacity;
  private final Pace pace;
  private final Backoff backoff;
  private final Counter noted;
  private final Counter failures;
  private final Histogram batchSize;
  private final Histogram commitTime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Chunk> queue = new ArrayDeque<>();
  private int queued;
  private boolean stopped;
  // How many bumps the last batch had no room for.
  private int leftOver;
  private final Thread thread = Thread.ofPlatform().unstarted(this::run);

  /// Bumps of one round, few enough for one transaction.
  private record Chunk(List<Bump> bumps, BumpRound round) {}

  /// One user's thread, of which a transaction may write one bump only.
  private record ThreadKey(String userId, ConversationId conversation) {}

  MailboxWriterLane(MailboxStore store, int capacity, Pace pace, Backoff backoff, Metrics metrics) {
    this.store = store;
    this.capacity = capacity;
    this.pace = pace;
    this.backoff = backoff;
    this.noted = metrics.counter("mailbox.bumps", "Bumps noted in mailboxes");
    this.failures =
        metrics.counter("mailbox.failures", "Mailbox transactions that failed and were repeated");
    this.batchSize =
        metrics.histogram("mailbox.batch", "Bumps per mailbox transaction", "1", Metrics.SIZES);
    this.commitTime = metrics.timer("mailbox.commit", "Time of one mailbox transaction");
  }

  void start(String name) {
    thread.setName(name);
    thread.start();
  }

  int queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  /// Queues bumps, in chunks; waits while the queue is full.
  void put(List<Bump> bumps, BumpRound round) throws InterruptedException {
    for (int from = 0; from < bumps.size(); from += BATCH) {
      int to = Math.min(from + BATCH, bumps.size());
      put(new Chunk(List.copyOf(bumps.subList(from, to)), round));
    }
  }

  private void put(Chunk chunk) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queued >= capacity && !stopped) {
        changed.await();
      }
      if (stopped) {
        throw new InterruptedException("the mailbox writer is closed");
      }
      queue.add(chunk);
      queued += chunk.bumps().size();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }

  void awaitEnd(Duration limit) {
    try {
      if (!thread.join(limit)) {
        log.warn("{} did not end within {}", thread.getName(), limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        List<Chunk> batch = take();
        pace.begin();
        write(merge(batch));
        batch.forEach(chunk -> chunk.round().durable(chunk.bumps().size()));
        if (leftOver == 0) {
          pace.rest();
        }
      }
    } catch (InterruptedException e) {
      log.debug("{} ends", thread.getName());
    }
  }

  private List<Chunk> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty() && !stopped) {
        changed.await();
      }
      if (stopped) {
        throw new InterruptedException("stopped");
      }
      List<Chunk> batch = new ArrayList<>();
      int size = 0;
      for (Chunk next = queue.peek(); next != null; next = queue.peek()) {
        if (size > 0 && size + next.bumps().size() > BATCH) {
          break;
        }
        batch.add(queue.remove());
        size += next.bumps().size();
      }
      queued -= size;
      leftOver = queued;
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /// One bump for each thread, in the order in which every writer locks the mailboxes.
  private static List<Bump> merge(List<Chunk> batch) {
    Map<ThreadKey, Bump> merged = new HashMap<>();
    for (Chunk chunk : batch) {
      for (Bump bump : chunk.bumps()) {
        merged.merge(
            new ThreadKey(bump.userId(), bump.conversation()),
            bump,
            (one, other) -> one.lastSeq() >= other.lastSeq() ? one : other);
      }
    }
    return merged.values().stream()
        .sorted(Comparator.comparing(Bump::userId).thenComparing(Bump::conversation))
        .toList();
  }

  private void write(List<Bump> bumps) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      long begun = System.nanoTime();
      try {
        store.bump(bumps);
        commitTime.recordNanos(System.nanoTime() - begun);
        batchSize.record(bumps.size());
        noted.add(bumps.size());
        return;
      } catch (RuntimeException e) {
        failures.increment();
        tell(e, attempt);
        pause(backoff.delay(attempt));
      }
    }
  }

  private void tell(RuntimeException failure, int attempt) {
    boolean expected =
        failure instanceof Refusal refusal && refusal.reason().kind() == Kind.UNAVAILABLE;
    if (!expected) {
      log.error("noting bumps failed, attempt {}; trying again", attempt, failure);
    } else if (attempt == 1) {
      log.warn("noting bumps failed, trying again until it works: {}", failure.getMessage());
    }
  }

  private void pause(Duration delay) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = delay.toNanos();
      while (left > 0 && !stopped) {
        left = changed.awaitNanos(left);
      }
      if (stopped) {
        throw new InterruptedException("stopped");
      }
    } finally {
      lock.unlock();
    }
  }
}
