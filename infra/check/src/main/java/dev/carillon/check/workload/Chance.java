package dev.carillon.check.workload;

import java.util.List;
import java.util.Random;

/// The random choices of a load, which follow from a seed.
final class Chance extends Random {
  Chance(long seed) {
    super(seed);
  }

  /// One of some.
  <T> T pick(List<T> some) {
    return some.get(nextInt(some.size()));
  }

  /// How long it takes until something happens that happens once in that time on average.
  long nanos(double mean) {
    return (long) (-Math.log(1 - nextDouble()) * mean);
  }
}
