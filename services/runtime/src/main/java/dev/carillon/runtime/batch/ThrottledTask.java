package dev.carillon.runtime.batch;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A task of an event loop that runs soon after it was asked for, and pauses between two runs as
/// its [BatchInterval] says, so that one run serves all requests made meanwhile.
///
/// What was put down before asking is seen by a run that begins later. Two runs never overlap, on
/// whichever threads they are. Thread-safe.
public final class ThrottledTask {
  private static final Logger LOG = LoggerFactory.getLogger(ThrottledTask.class);

  private final ScheduledExecutorService loop;
  private final BatchInterval interval;
  private final LongSupplier nanos;
  private final Runnable task;
  private final LastWorked lastWorked = new LastWorked();
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private volatile long notBefore;

  private enum State {
    IDLE,
    /// A run is to come.
    ASKED,
    RUNNING,
    /// A run goes on, and another is to follow.
    RUNNING_ASKED
  }

  /// @param loop where it runs
  /// @param nanos a monotonic clock in nanoseconds
  public ThrottledTask(
      ScheduledExecutorService loop, BatchInterval interval, LongSupplier nanos, Runnable task) {
    this.loop = loop;
    this.interval = interval;
    this.nanos = nanos;
    this.task = task;
    this.notBefore = nanos.getAsLong();
  }

  /// Has it run on the loop, unless it is going to already.
  public void ask() {
    if (asked()) {
      schedule();
    }
  }

  /// Has it run at once on the calling thread when it neither runs nor pauses, which saves the way
  /// to the loop; otherwise as [#ask]. Only for callers that hold no lock which the task takes.
  public void askHere() {
    if (notBefore - nanos.getAsLong() <= 0 && state.compareAndSet(State.IDLE, State.ASKED)) {
      run();
    } else {
      ask();
    }
  }

  /// Notes a request to run.
  ///
  /// @return whether the caller has to see to the run
  private boolean asked() {
    State before =
        state.getAndUpdate(
            now -> now == State.IDLE || now == State.ASKED ? State.ASKED : State.RUNNING_ASKED);
    return before == State.IDLE;
  }

  private void schedule() {
    long left = notBefore - nanos.getAsLong();
    try {
      if (left <= 0) {
        loop.execute(this::run);
      } else {
        loop.schedule(this::run, left, TimeUnit.NANOSECONDS);
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("the loop is closed, nothing runs any more");
    }
  }

  private void run() {
    state.set(State.RUNNING);
    long begun = nanos.getAsLong();
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("a throttled task failed", bug);
    } finally {
      // After an error too, or the task would never run again.
      ended(begun);
    }
  }

  private void ended(long begun) {
    long now = nanos.getAsLong();
    notBefore = now + interval.after(lastWorked.add(now - begun));
    if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
      state.set(State.ASKED);
      schedule();
    }
  }
}
