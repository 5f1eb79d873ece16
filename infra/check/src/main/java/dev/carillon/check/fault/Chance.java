package dev.carillon.check.fault;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Random choices, all of which follow from a seed.
public final class Chance {
  /// Not [java.util.Random], whose first numbers are alike for seeds that are near each other.
  private final SplittableRandom random;

  /// The choices that follow from a seed.
  public Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /// A seed of further choices.
  public long seed() {
    return random.nextLong();
  }

  /// True with this probability, 0 to 1.
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// From `least` to `most`, both included.
  public int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /// How long it takes until something happens that happens once in that time on average.
  public long nanos(double mean) {
    return (long) (-Math.log(1 - random.nextDouble()) * mean);
  }

  /// From `least` to `most` milliseconds.
  Duration millis(int least, int most) {
    return Duration.ofMillis(between(least, most));
  }

  /// One of them.
  public <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
