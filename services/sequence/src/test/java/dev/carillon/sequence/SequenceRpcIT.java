package dev.carillon.sequence;

import static dev.carillon.sequence.Keys.key;
import static dev.carillon.sequence.Keys.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.GetHighWaterMarkRequest;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import dev.carillon.sequence.v1.SequenceServiceGrpc.SequenceServiceBlockingStub;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SequenceRpcIT {
  @RegisterExtension static final RealMariaDb mariaDb = RealMariaDb.perClass(Cluster.DATABASE);

  @RegisterExtension static final RealEtcd etcd = RealEtcd.perClass();

  private static Cluster cluster;
  private static Channel channel;

  @BeforeAll
  static void start() throws InterruptedException, TimeoutException {
    cluster = new Cluster(mariaDb, etcd);
    channel = cluster.channel(cluster.start().address());
    cluster.awaitOwners(1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void issuesConsecutiveNumbersFromOneOn() {
    assertThat(next(text("unary"), 1)).isEqualTo(block(1, 1));
    assertThat(next(text("unary"), 10)).isEqualTo(block(2, 11));
    assertThat(next(text("unary"), 0)).isEqualTo(block(12, 12));
  }

  @Test
  void answersEveryReservationOfARequestInOrder() {
    try (ReserveProbe probe = new ReserveProbe(channel)) {
      List<SequenceKey> keys = IntStream.range(0, 1_000).mapToObj(i -> text("many-" + i)).toList();
      ReserveRequest.Builder request = ReserveRequest.newBuilder().setRequestId(42);
      keys.forEach(key -> request.addReservations(reservation(key, 1 + keys.indexOf(key), 0)));

      ReserveResponse response = probe.ask(request.build());

      assertThat(response.getRequestId()).isEqualTo(42);
      assertThat(response.getGrantsList()).allMatch(Grant::hasBlock).hasSize(1_000);
      assertThat(response.getGrants(0).getBlock()).isEqualTo(block(1, 64));
      assertThat(response.getGrants(999).getBlock()).isEqualTo(block(1, 1_000));
    }
  }

  @Test
  void honoursTheFloor() {
    try (ReserveProbe probe = new ReserveProbe(channel)) {
      assertThat(probe.reserve(text("floor"), 1, 500).getFirst()).isEqualTo(501);
      assertThat(probe.reserve(text("floor"), 1, 500).getFirst()).isGreaterThan(501);
      assertThat(probe.reserve(text("floor"), 1, 99_000).getFirst()).isEqualTo(99_001);
    }
  }

  @Test
  void tellsTheHighWaterMark() {
    assertThat(highWaterMark(text("marked"))).isZero();
    next(text("marked"), 77);
    assertThat(highWaterMark(text("marked"))).isEqualTo(77);
  }

  @Test
  void completesAStreamThatItsCallerCompletes() {
    ReserveProbe probe = new ReserveProbe(channel);
    probe.reserve(text("completed"), 1, 0);
    probe.close();
    assertThat(probe.awaitEnd().isOk()).isTrue();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("badRequests")
  void endsAStreamThatSaysNonsenseAndNoOther(ReserveRequest bad) {
    try (ReserveProbe innocent = new ReserveProbe(channel);
        ReserveProbe probe = new ReserveProbe(channel)) {
      innocent.reserve(text("innocent"), 1, 0);
      probe.send(bad);

      Refusal refusal = Refusals.of(probe.awaitEnd().asRuntimeException(probe.trailers()));

      assertThat(refusal.is(RuntimeReason.REQUEST_INVALID)).as(refusal.getMessage()).isTrue();
      assertThat(probe.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(innocent.reserve(text("innocent"), 1, 0).getLast()).isPositive();
    }
  }

  static Stream<ReserveRequest> badRequests() {
    return Stream.of(
        request(),
        request(reservation(ByteString.EMPTY, 1, 0)),
        request(reservation(ByteString.copyFrom(new byte[65]), 1, 0)),
        request(reservation(key(1), 0, 0)),
        request(reservation(key(1), -1, 0)),
        request(reservation(key(1), 100_001, 0)),
        request(reservation(key(1), 1, -1)),
        request(reservation(key(1), 1, Long.MAX_VALUE)),
        request(reservation(key(1), 1, 0), reservation(key(2), 1, 0), reservation(key(1), 1, 0)),
        request(
            IntStream.range(0, 1_001)
                .mapToObj(i -> reservation(key(i), 1, 0))
                .toArray(Reservation[]::new)));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("badNumbers")
  void refusesNumbersOfNothing(NextNumbersRequest bad) {
    Throwable thrown = catchThrowable(() -> stub().nextNumbers(bad));

    assertThat(Refusals.of(thrown).is(RuntimeReason.REQUEST_INVALID)).isTrue();
    assertThat(((StatusRuntimeException) thrown).getStatus().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  static Stream<NextNumbersRequest> badNumbers() {
    NextNumbersRequest.Builder good = NextNumbersRequest.newBuilder().setKey(bytes(key(1)));
    return Stream.of(
        NextNumbersRequest.getDefaultInstance(),
        good.clone().setKey(ByteString.copyFrom(new byte[65])).build(),
        good.clone().setCount(-1).build(),
        good.clone().setCount(100_001).build());
  }

  @Test
  void refusesTheHighWaterMarkOfNothing() {
    Throwable thrown =
        catchThrowable(() -> stub().getHighWaterMark(GetHighWaterMarkRequest.getDefaultInstance()));
    assertThat(Refusals.of(thrown).is(RuntimeReason.REQUEST_INVALID)).isTrue();
  }

  @Test
  void stopsReadingACallerThatDoesNotReadAndServesTheOthers() {
    Reservation[] many =
        IntStream.range(0, 1_000)
            .mapToObj(i -> reservation(text("slow-" + i), 1, 0))
            .toArray(Reservation[]::new);
    try (ReserveProbe slow = ReserveProbe.thatDoesNotRead(channel);
        ReserveProbe other = new ReserveProbe(channel)) {
      int sent = slow.sendUntilPushedBack(request(many), 20_000);
      assertThat(sent).isLessThan(20_000);
      assertThat(other.reserve(text("other"), 1, 0).getLast()).isPositive();

      slow.read(sent);
      assertThat(slow.awaitResponses(sent))
          .allMatch(response -> response.getGrantsCount() == 1_000);
    }
  }

  private static SequenceServiceBlockingStub stub() {
    return SequenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static Block next(SequenceKey key, int count) {
    return stub()
        .nextNumbers(NextNumbersRequest.newBuilder().setKey(bytes(key)).setCount(count).build())
        .getBlock();
  }

  private static long highWaterMark(SequenceKey key) {
    return stub()
        .getHighWaterMark(GetHighWaterMarkRequest.newBuilder().setKey(bytes(key)).build())
        .getHighWaterMark();
  }

  private static ReserveRequest request(Reservation... reservations) {
    return ReserveRequest.newBuilder().addAllReservations(List.of(reservations)).build();
  }

  private static Reservation reservation(SequenceKey key, int count, long floor) {
    return reservation(bytes(key), count, floor);
  }

  private static Reservation reservation(ByteString key, int count, long floor) {
    return Reservation.newBuilder().setKey(key).setMinCount(count).setFloor(floor).build();
  }

  private static ByteString bytes(SequenceKey key) {
    return ByteString.copyFrom(key.toBytes());
  }

  private static Block block(long first, long last) {
    return Block.newBuilder().setFirst(first).setLast(last).build();
  }
}
