package dev.carillon.wire;

import java.net.InetSocketAddress;

/// The transport of a device's frames.
public enum Transport {
  /// A WebSocket.
  WEB_SOCKET,
  /// A gRPC stream.
  GRPC;

  /// Begins to connect.
  ///
  /// @param endpoint `host:port` of a gateway's port for this transport
  /// @param loop reads what comes by a WebSocket
  public WireConnection open(String endpoint, WireConnection.Events events, Loop loop) {
    return switch (this) {
      case WEB_SOCKET -> WebSocketConnection.open(address(endpoint), events, loop);
      case GRPC -> GrpcConnection.open(endpoint, events);
    };
  }

  /// What `host:port` stands for; looks up names.
  public static InetSocketAddress address(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    return new InetSocketAddress(
        endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
  }
}
