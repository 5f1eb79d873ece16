package dev.carillon.connection.session;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How a draining gateway asks its devices to connect elsewhere.
///
/// @param spread over how long the reconnects are spread
/// @param grace how long the present connections still work
record DrainNotice(Duration spread, Duration grace) {

  /// How long one device waits before it reconnects: a random time within the spread.
  Duration notBefore() {
    return randomWithin(spread);
  }

  /// A random time from zero to `spread`, in whole milliseconds.
  static Duration randomWithin(Duration spread) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(spread.toMillis() + 1));
  }
}
