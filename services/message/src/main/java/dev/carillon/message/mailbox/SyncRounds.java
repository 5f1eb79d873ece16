package dev.carillon.message.mailbox;

import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/// Gathers pages that devices wait for into rounds, which share their statements: when thousands of
/// devices come back at once, the database is asked some times a round and not for each of them.
///
/// Whoever comes while few rounds run has one of its own, at once and on its own thread. Whoever
/// comes later waits until one ends and goes with all who wait by then, so a round sees what was
/// committed before its callers came. The server's limit of calls bounds how many wait.
/// Thread-safe.
final class SyncRounds {
  private static final int AT_ONCE = 2;
  private static final int CALLS_AT_MOST = 64;

  private final Consumer<List<SyncCall>> work;
  private final Histogram sizes;
  // Guarded by itself, and the number with it.
  private final Queue<SyncCall> waiting = new ArrayDeque<>();
  private int running;

  /// @param work answers every call of a round, or throws and leaves the rest of them unanswered
  SyncRounds(Consumer<List<SyncCall>> work, Metrics metrics) {
    this.work = work;
    this.sizes =
        metrics.histogram(
            "mailbox.sync.round", "Pages that devices get from one round", "1", Metrics.SIZES);
  }

  /// Blocks until the page was read.
  ///
  /// @throws dev.carillon.runtime.errors.Refusal what `work` threw, or told the call
  SyncPage read(SyncCall call) {
    if (begins(call)) {
      run(List.of(call));
    }
    return call.await();
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

  private void run(List<SyncCall> calls) {
    sizes.record(calls.size());
    try {
      work.accept(calls);
    } catch (RuntimeException | Error failure) {
      calls.forEach(call -> call.page().completeExceptionally(failure));
    } finally {
      goOn();
    }
  }

  /// Runs the next round on a thread of its own: whoever ran this one has its answer.
  private void goOn() {
    List<SyncCall> next = new ArrayList<>();
    synchronized (waiting) {
      while (next.size() < CALLS_AT_MOST && !waiting.isEmpty()) {
        next.add(waiting.remove());
      }
      if (next.isEmpty()) {
        running--;
        return;
      }
    }
    Thread.ofVirtual().name("sync-round").start(() -> run(next));
  }
}
