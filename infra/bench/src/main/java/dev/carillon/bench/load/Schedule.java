package dev.carillon.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/// When each message of a run is due, settled before the run begins: a server that stalls does not
/// make the load wait for it.
public final class Schedule {
  private static final double NANOS = 1e9;

  private final long[] offsets;
  private final double rate;

  private Schedule(long[] offsets, double rate) {
    this.offsets = offsets;
    this.rate = rate;
  }

  /// Evenly spaced arrivals.
  ///
  /// @param rate per second, more than 0
  public static Schedule fixed(double rate, Duration length) {
    long[] offsets = new long[count(rate, length)];
    Arrays.setAll(offsets, i -> (long) (i * NANOS / rate));
    return new Schedule(offsets, rate);
  }

  /// Arrivals of many people who know nothing of each other: gaps are exponential, the count is the
  /// one that [#fixed] would have.
  ///
  /// @param rate per second, more than 0
  /// @param seed the same seed gives the same arrivals
  public static Schedule poisson(double rate, Duration length, long seed) {
    // Given their number, Poisson arrivals are independent and uniform.
    long[] offsets = new long[count(rate, length)];
    Random random = new Random(seed);
    Arrays.setAll(offsets, i -> (long) (random.nextDouble() * length.toNanos()));
    Arrays.sort(offsets);
    return new Schedule(offsets, rate);
  }

  private static int count(double rate, Duration length) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate: " + rate + " (expected: more than 0)");
    }
    double count = rate * length.toNanos() / NANOS;
    if (!(count >= 1 && count <= Integer.MAX_VALUE / 16.0)) {
      throw new IllegalArgumentException(
          "messages: " + (long) count + " (expected: 1 to " + Integer.MAX_VALUE / 16 + ")");
    }
    return (int) count;
  }

  /// How many messages.
  public int size() {
    return offsets.length;
  }

  /// When a message is due, in nanoseconds after the run's begin; never before the one before it.
  public long offset(int message) {
    return offsets[message];
  }

  /// The first message that is due after some time, or the last one.
  int firstAfter(Duration time) {
    int message = 0;
    while (message < size() - 1 && offset(message) < time.toNanos()) {
      message++;
    }
    return message;
  }

  /// Messages per second.
  public double rate() {
    return rate;
  }
}
