package dev.carillon.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// Wall time and monotonic time that stand still until a test moves them. Safe for use by several
/// threads.
public final class FakeClock implements InstantSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> wall;
  private final AtomicLong nanos = new AtomicLong();

  /// A clock that begins with the year 2026, in UTC.
  public FakeClock() {
    this(START);
  }

  public FakeClock(Instant start) {
    this.wall = new AtomicReference<>(start);
  }

  @Override
  public Instant instant() {
    return wall.get();
  }

  /// Monotonic time as [System#nanoTime()] would give it, zero at first.
  public long nanos() {
    return nanos.get();
  }

  /// [#nanos()] in the form that takes the place of `System::nanoTime`.
  public LongSupplier ticker() {
    return this::nanos;
  }

  /// Lets time pass: both times move on.
  ///
  /// @throws IllegalArgumentException if the duration is negative; see [#jump(Duration)]
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: not negative)");
    }
    nanos.addAndGet(duration.toNanos());
    jump(duration);
  }

  /// Sets the wall clock forward or, with a negative duration, back, as an operator or a time
  /// server would; no time passes.
  public void jump(Duration duration) {
    wall.updateAndGet(now -> now.plus(duration));
  }
}
