package dev.carillon.check.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.local.Seat;
import dev.carillon.message.MessageConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyWiringTest {
  private static final Map<String, String> GATEWAY =
      Map.of(
          "CARILLON_CONNECTION_CLIENT_LISTEN", "127.0.0.1:14000",
          "CARILLON_CONNECTION_CLIENT_GRPC_LISTEN", "127.0.0.1:14015");

  @Test
  void aProxyStandsBeforeEachPortThatDevicesKnow() {
    try (ProxyWiring wiring = new ProxyWiring(7)) {
      wiring.rewired(new Seat(ConnectionConfig.SERVICE, 1), GATEWAY);
      // Started again: it finds the proxies of its seat.
      wiring.rewired(new Seat(ConnectionConfig.SERVICE, 1), GATEWAY);
      wiring.rewired(new Seat(MessageConfig.SERVICE, 1), Map.of());

      assertThat(wiring.links().stream().map(Link::name))
          .containsExactly(
              "clients > connection-1",
              "clients by gRPC > connection-1",
              "services > connection-1",
              "services > message-1");
      assertThat(wiring.endpoints()).isEqualTo(List.of(address(wiring, 0)));
      assertThat(wiring.grpcEndpoints()).isEqualTo(List.of(address(wiring, 1)));
    }
  }

  private static String address(ProxyWiring wiring, int link) {
    return wiring.links().get(link).proxy().address();
  }
}
