package dev.carillon.check.workload;

import dev.carillon.check.history.TransportKind;
import java.util.concurrent.ScheduledExecutorService;

/// Opens connections of either transport.
final class WireConnector {
  private WireConnector() {}

  /// Begins to connect.
  ///
  /// @param endpoint `host:port` of a gateway's port for that transport
  /// @param timers on which reading goes on after a freeze
  static WireConnection open(
      TransportKind transport,
      String endpoint,
      WireConnection.Events events,
      ScheduledExecutorService timers) {
    return switch (transport) {
      case WEB_SOCKET -> WebSocketConnection.open(endpoint, events, timers);
      case GRPC -> GrpcConnection.open(endpoint, events, timers);
    };
  }
}
