package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.type.v1.Refusal;

/// Whoever on this gateway is handed a user's messages: an open session, or a watch.
interface Recipient extends ConnectedDevice {
  /// The event loop that it belongs to.
  SessionLoop loop();

  /// Hands over a message; on its event loop. Never blocks: what does not fit is left out.
  void deliver(EncodedMessage message);

  /// Ends it, for this reason; on its event loop.
  void end(Refusal reason);

  /// Whether it is a device's session, and not a watch.
  boolean isSession();
}
