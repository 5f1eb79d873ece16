package dev.carillon.wire;

import dev.carillon.connection.v1.ClientFrame;
import java.net.InetSocketAddress;

/// One WebSocket whose frames are taken apart.
final class WebSocketConnection extends WebSocketHandler implements WireConnection {
  private final Events events;

  private WebSocketConnection(Events events) {
    this.events = events;
  }

  static WireConnection open(InetSocketAddress address, Events events, Loop loop) {
    WebSocketConnection connection = new WebSocketConnection(events);
    connection.connect(loop, address);
    return connection;
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
