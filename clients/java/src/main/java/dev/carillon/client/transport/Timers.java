package dev.carillon.client.transport;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The one timer thread that all clients of a process share; tasks only hand work on to the
/// executors of the clients.
public final class Timers {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Timers() {}

  /// Runs a task on `executor` after a delay, unless the result is cancelled before.
  public static Future<?> after(Duration delay, Executor executor, Runnable task) {
    return TIMER.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = Executors.defaultThreadFactory().newThread(task);
              thread.setName("carillon-client-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
