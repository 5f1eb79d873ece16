package dev.carillon.client.transport;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Random pauses between tries, whose bound doubles with every try.
public final class Backoff {
  private static final int MAX_DOUBLINGS = 16;

  private Backoff() {}

  /// A random time between zero and a bound that doubles with every attempt: many clients that lost
  /// the same server do not come back together.
  ///
  /// @param attempts how many attempts have been made, 1 or more
  public static Duration fullJitter(Duration first, Duration last, int attempts) {
    long bound =
        Math.min(
            last.toNanos(), first.toNanos() << Math.min(Math.max(attempts - 1, 0), MAX_DOUBLINGS));
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(bound + 1));
  }
}
