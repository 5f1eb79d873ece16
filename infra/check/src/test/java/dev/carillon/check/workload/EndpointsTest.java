package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.wire.Transport;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointsTest {
  private static final Endpoints BOTH = new Endpoints(List.of("web:1"), List.of("grpc:1"));

  @Test
  void everySecondDeviceSpeaksGrpcAndTheSeedSaysWhich() {
    assertThat(transports(BOTH, 6))
        .containsExactly(
            Transport.WEB_SOCKET, Transport.GRPC, Transport.WEB_SOCKET, Transport.GRPC);
    assertThat(transports(BOTH, -7))
        .containsExactly(
            Transport.GRPC, Transport.WEB_SOCKET, Transport.GRPC, Transport.WEB_SOCKET);
  }

  @Test
  void nobodySpeaksGrpcWhereThereIsNone() {
    assertThat(transports(new Endpoints(List.of("web:1"), List.of()), 7))
        .containsOnly(Transport.WEB_SOCKET);
  }

  @Test
  void eachTransportHasItsOwn() {
    assertThat(BOTH.of(Transport.WEB_SOCKET)).containsExactly("web:1");
    assertThat(BOTH.of(Transport.GRPC)).containsExactly("grpc:1");
  }

  @Test
  void refusesNone() {
    assertThatThrownBy(() -> new Endpoints(List.of(), List.of("grpc:1")))
        .hasMessage("endpoints: none (expected: 1 or more)");
  }

  private static List<Transport> transports(Endpoints endpoints, long seed) {
    return IntStream.range(0, 4).mapToObj(number -> endpoints.transport(number, seed)).toList();
  }
}
