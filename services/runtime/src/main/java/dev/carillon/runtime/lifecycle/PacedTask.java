package dev.carillon.runtime.lifecycle;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A task of an event loop that runs soon after it was asked for, and no oftener than once in an
/// interval, so that one run serves all who asked meanwhile.
///
/// It is the [Pace] of those who must not wait: who asks when the last run is longer ago is served
/// at once. What was put down before asking is seen by the run that follows. Thread-safe.
public final class PacedTask {
  private final ScheduledExecutorService loop;
  private final Runnable task;
  private final long interval;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile long begun;

  /// @param loop where it runs
  /// @param interval from the beginning of one run to that of the next, at least; zero for none
  public PacedTask(ScheduledExecutorService loop, Duration interval, Runnable task) {
    this.loop = loop;
    this.task = task;
    this.interval = interval.toNanos();
    this.begun = System.nanoTime() - this.interval;
  }

  /// Has it run, unless it is going to already.
  public void ask() {
    if (asked.compareAndSet(false, true)) {
      long left = interval - (System.nanoTime() - begun);
      if (left <= 0) {
        loop.execute(this::run);
      } else {
        loop.schedule(this::run, left, TimeUnit.NANOSECONDS);
      }
    }
  }

  private void run() {
    begun = System.nanoTime();
    asked.set(false);
    task.run();
  }
}
