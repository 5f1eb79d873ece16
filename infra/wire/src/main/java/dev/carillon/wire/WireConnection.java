package dev.carillon.wire;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;

/// One connection that carries frames and can stop reading. Its events come one at a time, in
/// order; its methods may be called from any thread and do not block.
public interface WireConnection {
  /// Sends a frame after those before it; nothing after the end.
  void send(ClientFrame frame);

  /// Whether what comes is read; otherwise it stays with the sender.
  void reads(boolean wanted);

  /// Ends it without a close, as a broken network does; no event follows but what is under way.
  void abort();

  /// The receiver of a connection's events; must not block.
  interface Events {
    /// Frames may be sent.
    void opened();

    /// A frame has arrived.
    void received(ServerFrame frame);

    /// It has ended by itself, or could not be opened; called once, last.
    void closed(String why);
  }
}
