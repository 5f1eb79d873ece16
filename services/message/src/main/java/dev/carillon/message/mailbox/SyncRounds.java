package dev.carillon.message.mailbox;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gathers pages that devices wait for into rounds, which share their statements: when thousands of
/// devices come back at once, the database is asked some times a round and not for each of them.
///
/// Whoever comes while few rounds run has one of its own, at once and on its own thread. Whoever
/// comes later waits until one ends and goes with all who wait by then, so a round sees what was
/// committed before its callers came. A shared round that fails hands its calls back, and each is
/// read alone: what is wrong with one device, or one shard, concerns nobody else. Who has waited
/// too long is refused, and nothing is read for it any more. Thread-safe.
final class SyncRounds {
  private static final Logger LOG = LoggerFactory.getLogger(SyncRounds.class);
  private static final int AT_ONCE = 2;
  private static final int CALLS_AT_MOST = 64;

  private final Consumer<List<SyncCall>> work;
  private final Duration patience;
  private final Histogram sizes;
  // Guarded by itself, and the number with it.
  private final Queue<SyncCall> waiting = new ArrayDeque<>();
  private int running;

  /// @param work answers calls or hands them back; those that it leaves when it ends or throws are
  ///   handed back, but for one that was alone
  /// @param patience how long a caller waits for a shared round; what is read alone ends when the
  ///   database's own patience does
  SyncRounds(Consumer<List<SyncCall>> work, Duration patience, Metrics metrics) {
    this.work = work;
    this.patience = patience;
    this.sizes =
        metrics.histogram(
            "mailbox.sync.round", "Pages that devices get from one round", "1", Metrics.SIZES);
  }

  /// Blocks until the page was read.
  ///
  /// @throws Refusal what `work` threw for it or told it; OVERLOADED when it had to wait too long
  SyncPage read(SyncCall call) {
    @Nullable SyncPage page;
    if (begins(call)) {
      try {
        alone(call);
      } finally {
        goOn();
      }
      page = await(call);
    } else {
      page = await(call);
      if (page == null) {
        SyncCall again = call.again();
        alone(again);
        page = await(again);
      }
    }
    if (page == null) {
      throw new IllegalStateException("page of " + call.device() + ": not read, nor refused");
    }
    return page;
  }

  /// How many wait for a round.
  int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private boolean begins(SyncCall call) {
    synchronized (waiting) {
      if (running < AT_ONCE) {
        running++;
        return true;
      }
      waiting.add(call);
      return false;
    }
  }

  private void alone(SyncCall call) {
    sizes.record(1);
    work.accept(List.of(call));
    call.handBack();
  }

  private @Nullable SyncPage await(SyncCall call) {
    try {
      return call.page().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // Whoever takes it out of the queue sees that it was answered.
      Refusal refusal =
          new Refusal(
              RuntimeReason.OVERLOADED,
              "sync: waited for " + patience.toMillis() + " ms (expected: to be read by then)");
      call.page().completeExceptionally(refusal);
      throw refusal;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance is stopping", e);
    }
  }

  /// Runs the next round on a thread of its own: whoever ran this one has its answer.
  private void goOn() {
    List<SyncCall> next = new ArrayList<>();
    synchronized (waiting) {
      while (next.size() < CALLS_AT_MOST && !waiting.isEmpty()) {
        SyncCall call = waiting.remove();
        if (!call.page().isDone()) {
          next.add(call);
        }
      }
      if (next.isEmpty()) {
        running--;
        return;
      }
    }
    Thread.ofVirtual().name("sync-round").start(() -> runTogether(next));
  }

  private void runTogether(List<SyncCall> calls) {
    try {
      sizes.record(calls.size());
      work.accept(calls);
    } catch (RuntimeException e) {
      LOG.debug("a round of {} pages failed, each is read alone now", calls.size(), e);
    } finally {
      calls.forEach(SyncCall::handBack);
      goOn();
    }
  }
}
