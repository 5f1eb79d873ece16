package dev.carillon.check.workload;

import dev.carillon.check.history.Carrier;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/// One connection that carries frames and can stop reading. Its events come one at a time, in
/// order; its methods are for one thread at a time.
interface WireConnection {
  /// Reads nothing for a while.
  void freeze(Duration howLong);

  /// Sends a frame after those before it.
  void send(ClientFrame frame);

  /// Ends it without a word to the gateway's session, as a network does.
  void abort();

  /// What a connection tells; must not block.
  interface Events {
    /// Frames may be sent.
    void opened();

    /// A frame has come.
    void received(ServerFrame frame);

    /// It is gone, or never came about; once, last.
    void closed(String why);
  }

  /// Begins to connect.
  ///
  /// @param endpoint `host:port` for that carrier
  /// @param timers on which reading goes on after a freeze
  static WireConnection open(
      Carrier carrier, String endpoint, Events events, ScheduledExecutorService timers) {
    return switch (carrier) {
      case WEB_SOCKET -> WebSocketConnection.open(endpoint, events, timers);
      case GRPC -> GrpcConnection.open(endpoint, events, timers);
    };
  }
}
