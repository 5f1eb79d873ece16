package dev.carillon.check.history;

/// The transport of a device's frames.
public enum TransportKind {
  /// A WebSocket.
  WEB_SOCKET,
  /// A gRPC stream.
  GRPC
}
