package dev.carillon.runtime.lifecycle;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Repeats a task with jittered exponential delays until it succeeds or the time is up.
///
/// For waiting on dependencies at start. The calling thread waits, so it should be a virtual thread
/// or the starting thread; it may be interrupted at any time.
public final class Retry {
  private final Backoff backoff;
  private final LongSupplier nanoTime;
  private final Pause pause;
  private Predicate<Exception> retryable = failure -> true;
  private BiConsumer<Exception, Duration> listener = (failure, delay) -> {};

  /// How a thread lets time pass; tests pass their own.
  @FunctionalInterface
  public interface Pause {
    /// Returns when `delay` is over; throws when interrupted.
    void pause(Duration delay) throws InterruptedException;
  }

  /// Retries by the given monotonic clock, in nanoseconds; the calling thread waits in between.
  public Retry(Backoff backoff, LongSupplier nanoTime) {
    this(backoff, nanoTime, Retry::pause);
  }

  /// Retries by the given monotonic clock, in nanoseconds, and the given way to wait.
  public Retry(Backoff backoff, LongSupplier nanoTime, Pause pause) {
    this.backoff = backoff;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /// Gives up at once on failures that `predicate` does not accept.
  public Retry onlyIf(Predicate<Exception> predicate) {
    this.retryable = predicate;
    return this;
  }

  /// Calls `listener` after every failure that is followed by another try, with the delay before
  /// it.
  public Retry onFailure(BiConsumer<Exception, Duration> listener) {
    this.listener = listener;
    return this;
  }

  /// Returns the first success of `attempt`. Throws [TimeoutException], with the last failure as
  /// its cause, when no further try would begin within `limit`; `what` names what was waited for.
  public <T extends @Nullable Object> T within(Duration limit, String what, Callable<T> attempt)
      throws InterruptedException, TimeoutException {
    long end = nanoTime.getAsLong() + limit.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        return attempt.call();
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        Duration delay = backoff.delay(tries);
        if (!retryable.test(e) || nanoTime.getAsLong() + delay.toNanos() - end > 0) {
          throw gaveUp(what, limit, tries, e);
        }
        listener.accept(e, delay);
        pause.pause(delay);
      }
    }
  }

  private static TimeoutException gaveUp(String what, Duration limit, int tries, Exception last) {
    TimeoutException exception =
        new TimeoutException(
            "%s: gave up after %d tries (limit: %s): %s"
                .formatted(what, tries, limit, last.getMessage()));
    exception.initCause(last);
    return exception;
  }

  /// Lets `delay` go by on the calling thread; throws when it is interrupted.
  public static void pause(Duration delay) throws InterruptedException {
    long end = System.nanoTime() + delay.toNanos();
    for (long left = delay.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting to try again");
      }
      LockSupport.parkNanos(Retry.class, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
    }
  }
}
