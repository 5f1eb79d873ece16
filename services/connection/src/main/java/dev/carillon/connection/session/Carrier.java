package dev.carillon.connection.session;

import dev.carillon.connection.v1.ServerFrame;

/// The way to one device: a WebSocket or a gRPC stream. All methods belong to the session's event
/// loop.
public interface Carrier {
  /// Whether the device takes what is written to it; false while too much waits to be sent.
  boolean isWritable();

  /// The device has signed in: from here on its frames may be as large as
  /// [SessionConfig.Limits#frameSize], and no longer only [SessionConfig.Limits#helloSize].
  void opened();

  /// Writes a frame; it is sent with others, soon.
  void send(ServerFrame frame);

  /// Writes a delivery; it is sent with others, soon.
  void deliver(EncodedMessage message, long number);

  /// Writes the last frame and closes in an orderly way; nothing is read or written afterwards.
  void goodbye(ServerFrame frame);

  /// Closes at once whatever is still open.
  void terminate();
}
