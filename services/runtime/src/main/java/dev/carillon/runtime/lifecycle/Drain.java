package dev.carillon.runtime.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The orderly way out of an instance: named steps, one after the other, within one bounded time.
///
/// The order that loses nothing: health to NOT_SERVING, leave the registry, let callers and devices
/// go, finish what is in flight, then close. A step that fails or overruns is logged and the next
/// one runs all the same. Runs once; later calls do nothing.
public final class Drain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private final Duration limit;
  private final LongSupplier nanos;
  private final List<Named> steps = new ArrayList<>();
  private boolean done;

  /// One step of a drain.
  @FunctionalInterface
  public interface Step {
    /// Does the step within `left`; the step keeps to that limit by itself.
    void run(Duration left) throws Exception;
  }

  private record Named(String name, Step step) {}

  /// A drain whose first step makes `health` say that it is draining.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public Drain(Health health, Duration limit, LongSupplier nanos) {
    this.limit = limit;
    this.nanos = nanos;
    steps.add(new Named("not serving", left -> health.draining()));
  }

  /// Adds a step after those already there.
  public synchronized Drain then(String name, Step step) {
    steps.add(new Named(name, step));
    return this;
  }

  /// Runs the steps. When the time is used up, the remaining steps run with [Duration#ZERO] left.
  @Override
  public void close() {
    List<Named> mine;
    synchronized (this) {
      if (done) {
        return;
      }
      done = true;
      mine = List.copyOf(steps);
    }
    long end = nanos.getAsLong() + limit.toNanos();
    mine.forEach(named -> run(named, end));
  }

  private void run(Named named, long end) {
    long left = Math.max(0, end - nanos.getAsLong());
    try {
      named.step().run(Duration.ofNanos(left));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("drain step '{}' was interrupted", named.name());
    } catch (Exception e) {
      LOG.warn("drain step '{}' failed", named.name(), e);
    }
  }
}
