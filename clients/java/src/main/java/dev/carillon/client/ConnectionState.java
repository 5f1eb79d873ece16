package dev.carillon.client;

/// The state of a client's connection.
public enum ConnectionState {
  /// Not connected; the client is trying, or waits before the next try.
  CONNECTING,
  /// Signed in.
  CONNECTED,
  /// Ended for good; the client will not connect again.
  CLOSED
}
