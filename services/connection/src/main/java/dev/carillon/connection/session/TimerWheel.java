package dev.carillon.connection.session;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The timers of all connections of one event loop, in a hashed wheel.
///
/// A timer is a link in the list of its bucket, so it costs no object of its own and moving it
/// costs a few writes. A heartbeat moves nothing: the timer fires at its old deadline, finds that
/// the deadline has moved, and returns the new one. All methods belong to the event loop.
public final class TimerWheel {
  private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);

  /// The deadline of a timer that does not run, in the wheel's nanoseconds.
  public static final long NEVER = Long.MAX_VALUE;

  private static final int BUCKETS = 512;

  private final LongSupplier nanos;
  private final long origin;
  private final long tick;
  private final @Nullable Timer[] buckets = new @Nullable Timer[BUCKETS];
  private long passed;

  /// A timer: called once its deadline has passed.
  public abstract static class Timer {
    private @Nullable Timer next;
    private @Nullable Timer previous;
    private long deadline = NEVER;

    /// The deadline has passed; returns the next one, or [#NEVER].
    protected abstract long expired(long now);
  }

  /// A wheel that reads the monotonic clock `nanos` and is advanced about every `tick` nanoseconds.
  public TimerWheel(LongSupplier nanos, long tick) {
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
    this.tick = tick;
  }

  /// Nanoseconds since the wheel was made; never negative, so deadlines compare as numbers.
  public long now() {
    return nanos.getAsLong() - origin;
  }

  /// Sets the timer to `deadline`, whatever it was set to.
  public void schedule(Timer timer, long deadline) {
    cancel(timer);
    if (deadline != NEVER) {
      link(timer, deadline);
    }
  }

  /// Sets the timer to `deadline` unless it fires before that anyway.
  public void hasten(Timer timer, long deadline) {
    if (timer.deadline > deadline) {
      schedule(timer, deadline);
    }
  }

  /// Stops the timer; nothing happens when it does not run.
  public void cancel(Timer timer) {
    if (timer.deadline == NEVER) {
      return;
    }
    Timer next = timer.next;
    Timer previous = timer.previous;
    if (previous == null) {
      buckets[bucket(timer.deadline / tick)] = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    timer.next = null;
    timer.previous = null;
    timer.deadline = NEVER;
  }

  /// Calls every timer whose deadline has passed.
  public void advance() {
    long now = now();
    long until = now / tick;
    long from = Math.max(passed, until - BUCKETS + 1);
    for (long slot = from; slot <= until; slot++) {
      sweep(bucket(slot), now);
    }
    passed = until;
  }

  /// A timer that is called may start and stop others, so the walk begins anew after each.
  private void sweep(int bucket, long now) {
    Timer timer = buckets[bucket];
    while (timer != null) {
      if (timer.deadline > now) {
        timer = timer.next;
        continue;
      }
      cancel(timer);
      long deadline = expire(timer, now);
      if (timer.deadline == NEVER && deadline != NEVER) {
        link(timer, Math.max(deadline, now + tick));
      }
      timer = buckets[bucket];
    }
  }

  /// A timer that fails does not fire again; the other timers go on.
  private static long expire(Timer timer, long now) {
    try {
      return timer.expired(now);
    } catch (RuntimeException | Error bug) {
      LOG.error("a timer failed", bug);
      return NEVER;
    }
  }

  private void link(Timer timer, long deadline) {
    int bucket = bucket(deadline / tick);
    Timer head = buckets[bucket];
    timer.deadline = deadline;
    timer.previous = null;
    timer.next = head;
    if (head != null) {
      head.previous = timer;
    }
    buckets[bucket] = timer;
  }

  private static int bucket(long slot) {
    return (int) (slot & (BUCKETS - 1));
  }
}
