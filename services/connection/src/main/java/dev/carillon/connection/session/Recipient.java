package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.type.v1.Refusal;

/// What receives a user's messages on this gateway: an open session, or a subscription.
interface Recipient {
  /// What the registry and presence know it by; any thread.
  ConnectedDevice device();

  /// The event loop that it belongs to.
  SessionLoop loop();

  /// Hands over a message; on its event loop. Never blocks: what does not fit is left out.
  void deliver(EncodedMessage message);

  /// Asks it to connect elsewhere, because the gateway drains; on its event loop.
  void goAway(Sessions.DrainNotice notice);

  /// Ends it, for this reason; on its event loop.
  void end(Refusal reason);

  /// Whether it is a device's session, and not a subscription.
  default boolean isSession() {
    return true;
  }
}
