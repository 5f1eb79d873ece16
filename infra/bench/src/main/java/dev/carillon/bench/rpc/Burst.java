package dev.carillon.bench.rpc;

import dev.carillon.bench.load.Calls;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Calls that were all made at once.
///
/// @param done how many got what they asked for
/// @param refused how many were refused
/// @param broken how many answers broke a promise
/// @param millis until the last answer
public record Burst(long done, long refused, long broken, double millis) {
  private static final long PATIENCE_SECONDS = 60;
  private static final double NANOS_OF_A_MILLI = 1e6;

  /// Makes calls, and returns when all are answered.
  public static Burst of(Calls calls, int count) throws InterruptedException {
    CountDownLatch open = new CountDownLatch(count);
    LongAdder refused = new LongAdder();
    LongAdder broken = new LongAdder();
    long begin = System.nanoTime();
    for (int number = 0; number < count; number++) {
      calls.call(
          number,
          verdict -> {
            switch (verdict) {
              case DONE -> {}
              case REFUSED -> refused.increment();
              case BROKEN -> broken.increment();
            }
            open.countDown();
          });
    }
    if (!open.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(open.getCount() + " calls were never answered");
    }
    double millis = (System.nanoTime() - begin) / NANOS_OF_A_MILLI;
    long done = count - refused.sum() - broken.sum();
    return new Burst(done, refused.sum(), broken.sum(), millis);
  }
}
