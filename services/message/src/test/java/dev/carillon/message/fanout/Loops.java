package dev.carillon.message.fanout;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.testing.FakeClock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Runs loops that were not started, on the test's thread and by a clock that it moves.
final class Loops {
  private static final Duration STEP = Duration.ofMillis(1);
  private static final int STEPS = 60_000;

  private final FakeClock clock = new FakeClock();
  private final FanOutConfig.Timing timing =
      new FanOutConfig.Timing(clock::nanos, BatchInterval.NONE);

  FanOutConfig.Timing timing() {
    return timing;
  }

  FakeClock clock() {
    return clock;
  }

  /// Runs everything that is due now, and what becomes so by that.
  void run(Collection<BatchLoop<?>> loops) {
    boolean ran = true;
    while (ran) {
      ran = false;
      for (BatchLoop<?> loop : loops) {
        ran |= turn(loop);
      }
    }
  }

  void run(BatchLoop<?> loop) {
    run(List.<BatchLoop<?>>of(loop));
  }

  private static boolean turn(BatchLoop<?> loop) {
    try {
      return loop.turn();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing waits in this test", e);
    }
  }

  /// Runs everything for so long.
  void runFor(Duration time, Collection<BatchLoop<?>> loops) {
    run(loops);
    for (long left = time.toMillis(); left > 0; left--) {
      clock.advance(STEP);
      run(loops);
    }
  }

  /// Runs everything until something has come true, for a minute at most.
  void runUntil(BooleanSupplier condition, Collection<BatchLoop<?>> loops) {
    run(loops);
    for (int steps = 0; !condition.getAsBoolean(); steps++) {
      if (steps == STEPS) {
        throw new AssertionError("it did not come true within a minute of the test's clock");
      }
      clock.advance(STEP);
      run(loops);
    }
  }
}
