package dev.carillon.connection;

/// The protocol on WebSockets.
final class WebSocketConnectTest extends ConnectContract {
  @Override
  Device connect(TestGateway gateway) {
    return gateway.webSocket();
  }
}
