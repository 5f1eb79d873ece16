package dev.carillon.message.fanout;

import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of one stage, each repeating its step until the stage closes.
///
/// A step that fails is a bug: it is logged, and the next one runs all the same.
final class Workers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final List<Thread> threads = new ArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("fanout-timer").daemon().factory());
  private volatile boolean closed;

  /// Work that may be interrupted.
  @FunctionalInterface
  interface Step {
    void run() throws InterruptedException;
  }

  /// Starts a thread that repeats a step.
  void start(String name, Step step) {
    threads.add(Thread.ofPlatform().name(name).start(() -> repeat(step)));
  }

  /// Runs something quick after a pause that grows with the number of tries.
  void later(Runnable task, int tries) {
    try {
      timer.schedule(task, BACKOFF.delay(tries).toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed, not trying again");
    }
  }

  private void repeat(Step step) {
    while (!closed) {
      try {
        step.run();
      } catch (InterruptedException e) {
        log.debug("{} was interrupted", Thread.currentThread().getName());
      } catch (RuntimeException e) {
        log.error("{} failed", Thread.currentThread().getName(), e);
      }
    }
  }

  /// Stops the threads and waits for them for a bounded time.
  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        if (!thread.join(CLOSE_LIMIT)) {
          log.warn("{} did not end within {}", thread.getName(), CLOSE_LIMIT);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
