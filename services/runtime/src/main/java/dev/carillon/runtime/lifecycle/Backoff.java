package dev.carillon.runtime.lifecycle;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Delays that double from `first` up to `max`, each drawn at random from its upper half, so that
/// clients that failed together do not retry together.
///
/// @param first the longest the first delay may be
/// @param max the longest any delay may be
public record Backoff(Duration first, Duration max) {
  private static final int MAX_DOUBLINGS = 30;

  /// Refuses delays that are not positive or the wrong way round.
  public Backoff {
    if (!first.isPositive() || first.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "backoff: " + first + " to " + max + " (expected: positive, and first at most max)");
    }
  }

  /// The delay before try number `retry`, counted from 1.
  public Duration delay(int retry) {
    int doublings = Math.min(Math.max(0, retry - 1), MAX_DOUBLINGS);
    long longest = max.toNanos();
    long nominal = first.toNanos() > longest >> doublings ? longest : first.toNanos() << doublings;
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(nominal / 2, nominal + 1));
  }
}
