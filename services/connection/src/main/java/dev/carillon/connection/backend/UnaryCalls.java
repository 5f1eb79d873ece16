package dev.carillon.connection.backend;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Retry;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes blocking calls for callers that must not block: each on a virtual thread, so many at a
/// time and no more.
final class UnaryCalls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnaryCalls.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500));

  private final Duration timeout;
  private final Semaphore permits;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("backend-", 0).factory());

  /// @param timeout how long a call may take, repeats included
  /// @param limit how many calls may be in flight
  UnaryCalls(Duration timeout, int limit) {
    this.timeout = timeout;
    this.permits = new Semaphore(limit);
  }

  /// Makes a call and gives its answer or, as a refusal, its failure.
  <T> void call(Function<Deadline, T> call, Answer<T> answer) {
    if (!permits.tryAcquire()) {
      give(
          refused(
              new Refusal(RuntimeReason.OVERLOADED, "calls in flight: too many (expected: fewer)")),
          answer);
      return;
    }
    try {
      threads.execute(() -> give(outcome(call), answer));
    } catch (RejectedExecutionException closed) {
      permits.release();
      give(refused(new Refusal(RuntimeReason.SHUTTING_DOWN, "this gateway is closing")), answer);
    }
  }

  /// Makes a call; the outcome is given outside of the handling of failures here, so that an answer
  /// that throws is not given twice.
  private <T> Consumer<Answer<T>> outcome(Function<Deadline, T> call) {
    try {
      T value = call.apply(Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS));
      return answer -> answer.answered(value);
    } catch (RuntimeException failure) {
      return refused(inClientsWords(Refusals.of(failure)));
    } catch (Error failure) {
      LOG.error("a call failed", failure);
      return refused(new Refusal(RuntimeReason.UNEXPECTED, "internal error", failure));
    } finally {
      permits.release();
    }
  }

  private static <T> Consumer<Answer<T>> refused(Refusal refusal) {
    return answer -> answer.refused(Refusals.toFrame(refusal));
  }

  /// An answer that throws is a bug, which neither this thread nor the caller can handle.
  private static <T> void give(Consumer<Answer<T>> outcome, Answer<T> answer) {
    try {
      outcome.accept(answer);
    } catch (RuntimeException | Error bug) {
      LOG.error("a callback failed while it handled the answer of a call", bug);
    }
  }

  /// Calls that may still be made at the same time; for tests.
  int free() {
    return permits.availablePermits();
  }

  /// As [#call], for a call that changes nothing and may be made at any instance: an instance that
  /// is away is not the end.
  <T> void read(Function<Deadline, T> call, Answer<T> answer) {
    call(deadline -> repeated(call, deadline), answer);
  }

  private <T> T repeated(Function<Deadline, T> call, Deadline deadline) {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.apply(deadline);
      } catch (RuntimeException failure) {
        Refusal refusal = Refusals.of(failure);
        boolean worthRepeating =
            refusal.is(RuntimeReason.PEER_UNAVAILABLE) || refusal.is(RuntimeReason.SHUTTING_DOWN);
        if (!worthRepeating || deadline.isExpired()) {
          throw failure;
        }
        try {
          Retry.pause(BACKOFF.delay(attempt));
        } catch (InterruptedException closing) {
          Thread.currentThread().interrupt();
          throw failure;
        }
      }
    }
  }

  /// A call that ran out of time has an outcome that nobody knows; clients know one word for that.
  private static Refusal inClientsWords(Refusal refusal) {
    boolean timeout =
        refusal.is(RuntimeReason.DEADLINE_EXCEEDED)
            || refusal.is(dev.carillon.runtime.slots.SlotReason.SLOT_UNREACHABLE);
    return timeout ? new Refusal(ConnectionError.TIMEOUT, refusal.text(), refusal) : refusal;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
