package dev.carillon.connection.session;

import dev.carillon.connection.v1.ServerFrame;

/// The connection to one device: a WebSocket or a gRPC stream. All methods belong to the session's
/// event loop.
public interface Transport {
  /// Whether the device takes what is written to it; false while too much waits to be sent.
  boolean isWritable();

  /// The device has signed in: from here on its frames may be as large as
  /// [SessionConfig.Limits#frameSize], and no longer only [SessionConfig.Limits#helloSize]. Nothing
  /// to do where a frame is read before anybody can look at its size.
  default void opened() {}

  /// Writes a frame; it is flushed soon, together with others.
  void send(ServerFrame frame);

  /// Writes a delivery; it is flushed soon, together with others.
  void deliver(EncodedMessage message, long number);

  /// Writes the last frame and closes in an orderly way; nothing is read or written afterwards.
  void goodbye(ServerFrame frame);

  /// Closes at once, without an orderly end.
  void terminate();
}
