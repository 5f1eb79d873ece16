package dev.carillon.check.workload;

import dev.carillon.wire.Transport;
import java.util.List;

/// Where devices reach the gateways, each as `host:port`.
///
/// @param webSocket for WebSockets
/// @param grpc for gRPC streams; empty: no device speaks gRPC
public record Endpoints(List<String> webSocket, List<String> grpc) {
  /// Copies the lists.
  public Endpoints {
    webSocket = List.copyOf(webSocket);
    grpc = List.copyOf(grpc);
    if (webSocket.isEmpty()) {
      throw new IllegalArgumentException("endpoints: none (expected: 1 or more)");
    }
  }

  /// The endpoints for a transport.
  List<String> of(Transport transport) {
    return switch (transport) {
      case WEB_SOCKET -> webSocket;
      case GRPC -> grpc;
    };
  }

  /// What a device without the SDK speaks: every second one gRPC, if that can be had at all.
  ///
  /// @param number of the device
  /// @param seed whether the even or the odd numbers speak gRPC follows from it
  Transport transport(int number, long seed) {
    return grpc.isEmpty() || ((number ^ seed) & 1) == 0 ? Transport.WEB_SOCKET : Transport.GRPC;
  }
}
