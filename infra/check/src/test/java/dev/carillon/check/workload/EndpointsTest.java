package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.check.history.Carrier;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointsTest {
  private static final Endpoints BOTH = new Endpoints(List.of("web:1"), List.of("grpc:1"));

  @Test
  void everySecondDeviceSpeaksGrpcAndTheSeedSaysWhich() {
    assertThat(carriers(BOTH, 6))
        .containsExactly(Carrier.WEB_SOCKET, Carrier.GRPC, Carrier.WEB_SOCKET, Carrier.GRPC);
    assertThat(carriers(BOTH, -7))
        .containsExactly(Carrier.GRPC, Carrier.WEB_SOCKET, Carrier.GRPC, Carrier.WEB_SOCKET);
  }

  @Test
  void nobodySpeaksGrpcWhereThereIsNone() {
    assertThat(carriers(new Endpoints(List.of("web:1"), List.of()), 7))
        .containsOnly(Carrier.WEB_SOCKET);
  }

  @Test
  void eachCarrierHasItsOwn() {
    assertThat(BOTH.of(Carrier.WEB_SOCKET)).containsExactly("web:1");
    assertThat(BOTH.of(Carrier.GRPC)).containsExactly("grpc:1");
  }

  @Test
  void refusesNone() {
    assertThatThrownBy(() -> new Endpoints(List.of(), List.of("grpc:1")))
        .hasMessage("endpoints: none (expected: 1 or more)");
  }

  private static List<Carrier> carriers(Endpoints endpoints, long seed) {
    return IntStream.range(0, 4).mapToObj(number -> endpoints.carrier(number, seed)).toList();
  }
}
