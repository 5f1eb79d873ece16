package dev.carillon.failpoints;

import java.util.random.RandomGenerator;

/// The rule by which a passed place fires.
sealed interface Trigger {
  /// Whether it is this time.
  ///
  /// @param passed how often the place was passed since it was armed, this time included
  boolean fires(long passed, RandomGenerator random);

  /// Every time.
  record Always() implements Trigger {
    @Override
    public boolean fires(long passed, RandomGenerator random) {
      return true;
    }

    @Override
    public String toString() {
      return "";
    }
  }

  /// Once.
  ///
  /// @param nth at which time, from 1
  record Nth(long nth) implements Trigger {
    @Override
    public boolean fires(long passed, RandomGenerator random) {
      return passed == nth;
    }

    @Override
    public String toString() {
      return "@" + nth;
    }
  }

  /// By chance.
  ///
  /// @param times how often on average
  /// @param of among so many times
  record Chance(long times, long of) implements Trigger {
    @Override
    public boolean fires(long passed, RandomGenerator random) {
      return random.nextLong(of) < times;
    }

    @Override
    public String toString() {
      return "@" + times + "/" + of;
    }
  }
}
