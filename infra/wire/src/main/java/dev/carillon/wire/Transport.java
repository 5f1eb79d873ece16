package dev.carillon.wire;

import dev.carillon.connection.v1.ClientFrame;
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
      case WEB_SOCKET -> {
        WebSocketConnection connection = new WebSocketConnection(events);
        connection.connect(loop, address(endpoint));
        yield connection;
      }
      case GRPC -> GrpcConnection.open(endpoint, events);
    };
  }

  /// What `host:port` stands for; looks up names.
  public static InetSocketAddress address(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    return new InetSocketAddress(
        endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
  }

  /// A WebSocket whose frames are taken apart.
  private static final class WebSocketConnection extends WebSocketHandler
      implements WireConnection {
    private final Events events;

    WebSocketConnection(Events events) {
      this.events = events;
    }

    @Override
    public void send(ClientFrame frame) {
      send(Frames.bytes(frame));
    }

    @Override
    protected void opened() {
      events.opened();
    }

    @Override
    protected void binary(byte[] bytes, int begin, int end, long now) {
      events.received(parse(bytes, begin, end));
    }

    @Override
    public void closed(String why) {
      events.closed(why);
    }
  }
}
