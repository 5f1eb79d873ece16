package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.check.history.TransportKind;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointsTest {
  private static final Endpoints BOTH = new Endpoints(List.of("web:1"), List.of("grpc:1"));

  @Test
  void everySecondDeviceSpeaksGrpcAndTheSeedSaysWhich() {
    assertThat(transports(BOTH, 6))
        .containsExactly(
            TransportKind.WEB_SOCKET,
            TransportKind.GRPC,
            TransportKind.WEB_SOCKET,
            TransportKind.GRPC);
    assertThat(transports(BOTH, -7))
        .containsExactly(
            TransportKind.GRPC,
            TransportKind.WEB_SOCKET,
            TransportKind.GRPC,
            TransportKind.WEB_SOCKET);
  }

  @Test
  void nobodySpeaksGrpcWhereThereIsNone() {
    assertThat(transports(new Endpoints(List.of("web:1"), List.of()), 7))
        .containsOnly(TransportKind.WEB_SOCKET);
  }

  @Test
  void eachTransportHasItsOwn() {
    assertThat(BOTH.of(TransportKind.WEB_SOCKET)).containsExactly("web:1");
    assertThat(BOTH.of(TransportKind.GRPC)).containsExactly("grpc:1");
  }

  @Test
  void refusesNone() {
    assertThatThrownBy(() -> new Endpoints(List.of(), List.of("grpc:1")))
        .hasMessage("endpoints: none (expected: 1 or more)");
  }

  private static List<TransportKind> transports(Endpoints endpoints, long seed) {
    return IntStream.range(0, 4).mapToObj(number -> endpoints.transport(number, seed)).toList();
  }
}
