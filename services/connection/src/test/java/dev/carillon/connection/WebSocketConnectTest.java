package dev.carillon.connection;

import org.junit.jupiter.api.Nested;

/// The protocol on WebSockets.
final class WebSocketConnectTest {
  @Nested
  final class SignIn extends SignInContract {
    @Override
    Device connect(TestGateway gateway) {
      return gateway.webSocket();
    }
  }

  @Nested
  final class Request extends RequestContract {
    @Override
    Device connect(TestGateway gateway) {
      return gateway.webSocket();
    }
  }

  @Nested
  final class Delivery extends DeliveryContract {
    @Override
    Device connect(TestGateway gateway) {
      return gateway.webSocket();
    }
  }
}
