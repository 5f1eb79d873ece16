package dev.carillon.check.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.local.supervisor.InstanceSlot;
import dev.carillon.message.MessageConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyRoutingTest {
  private static final Map<String, String> GATEWAY =
      Map.of(
          "CARILLON_CONNECTION_CLIENT_LISTEN", "127.0.0.1:14000",
          "CARILLON_CONNECTION_CLIENT_GRPC_LISTEN", "127.0.0.1:14015");

  @Test
  void aProxyStandsBeforeEachPortThatDevicesKnow() {
    try (ProxyRouting routing = new ProxyRouting(7)) {
      routing.rerouted(new InstanceSlot(ConnectionConfig.SERVICE, 1), GATEWAY);
      // Started again: it finds the proxies of its instance slot.
      routing.rerouted(new InstanceSlot(ConnectionConfig.SERVICE, 1), GATEWAY);
      routing.rerouted(new InstanceSlot(MessageConfig.SERVICE, 1), Map.of());

      assertThat(routing.links().stream().map(TcpProxy::name))
          .containsExactly(
              "clients > connection-1",
              "clients by gRPC > connection-1",
              "services > connection-1",
              "services > message-1");
      assertThat(routing.endpoints()).isEqualTo(List.of(address(routing, 0)));
      assertThat(routing.grpcEndpoints()).isEqualTo(List.of(address(routing, 1)));
    }
  }

  private static String address(ProxyRouting routing, int link) {
    return routing.links().get(link).address();
  }
}
