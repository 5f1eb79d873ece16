package dev.carillon.check.workload;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import java.time.Duration;

/// One connection that carries frames and can stop reading. Its events come one at a time, in
/// order; its methods are for one thread at a time.
interface WireConnection {
  /// Reads nothing for a while.
  void freeze(Duration howLong);

  /// Sends a frame after those before it.
  void send(ClientFrame frame);

  /// Ends it without a close, as a broken network does.
  void abort();

  /// The receiver of a connection's events; must not block.
  interface Events {
    /// Frames may be sent.
    void opened();

    /// A frame has arrived.
    void received(ServerFrame frame);

    /// It has ended, or could not be opened; called once, last.
    void closed(String why);
  }
}
