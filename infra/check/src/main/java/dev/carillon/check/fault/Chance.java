package dev.carillon.check.fault;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// The choices of one fault, all of which follow from its seed.
final class Chance {
  /// Not [java.util.Random], whose first numbers are alike for seeds that are near each other.
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /// True with this probability, 0 to 1.
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// From `least` to `most`, both included.
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /// From `least` to `most` milliseconds.
  Duration millis(int least, int most) {
    return Duration.ofMillis(between(least, most));
  }

  /// One of them.
  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
