package dev.carillon.check.history;

/// What carries a device's frames.
public enum Carrier {
  /// A WebSocket.
  WEB_SOCKET,
  /// A gRPC stream.
  GRPC
}
