package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// What receives a user's messages on this gateway: an open session, or a subscription.
interface Recipient {
  /// What the registry and presence know it by; any thread.
  ConnectedDevice device();

  /// The event loop that it belongs to.
  SessionLoop loop();

  /// Hands over a message; on its event loop. Never blocks: what does not fit is left out.
  void deliver(EncodedMessage message);

  /// Asks it to connect elsewhere, because the gateway drains; on its event loop.
  void goAway(DrainNotice notice);

  /// Ends it, for this reason; on its event loop.
  void end(Refusal reason);

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

  /// Whether it is a device's session, and not a subscription.
  default boolean isSession() {
    return true;
  }
}
