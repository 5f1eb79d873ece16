package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
import dev.carillon.connection.session.DeliverySubscription;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ConnectionServiceGrpc;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.DeliveryServiceGrpc;
import dev.carillon.connection.v1.EndSessionsRequest;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.ServerFrame;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a gateway does as a whole, and with other gateways.
final class GatewaysTest {
  private final String registry = UUID.randomUUID().toString();
  private final TestGateway.Shared shared = new TestGateway.Shared();
  private final List<TestGateway> gateways = new ArrayList<>();

  @AfterEach
  void stop() {
    gateways.forEach(TestGateway::close);
  }

  @Test
  void endsSessionsWhereverTheyAre() {
    TestGateway one = start(100, Duration.ZERO);
    TestGateway two = start(100, Duration.ZERO);
    Device phone = signedIn(one, "ann", "phone");
    Device laptop = signedIn(two, "ann", "laptop");
    Device neighbour = signedIn(two, "bob", "phone");
    await().until(() -> one.app.host().instances().of("connection").current().size() == 2);

    int ended = endSessions(one, EndSessionsRequest.newBuilder().setUserId("ann"));

    assertThat(ended).isEqualTo(2);
    assertThat(phone.goodbye()).isEqualTo("SESSION_ENDED");
    assertThat(laptop.goodbye()).isEqualTo("SESSION_ENDED");
    TransportContract.awaitHandled(neighbour);
  }

  @Test
  void endsOneDeviceAndTellsItWhy() {
    TestGateway gateway = start(100, Duration.ZERO);
    Device phone = signedIn(gateway, "ann", "phone");
    Device laptop = signedIn(gateway, "ann", "laptop");

    int ended =
        endSessions(
            gateway,
            EndSessionsRequest.newBuilder()
                .setUserId("ann")
                .setDeviceId("phone")
                .setMessage("password changed"));

    assertThat(ended).isEqualTo(1);
    Goodbye goodbye = phone.next().getGoodbye();
    assertThat(goodbye.getRefusal().getReason()).isEqualTo("SESSION_ENDED");
    assertThat(goodbye.getRefusal().getMessage()).isEqualTo("password changed");
    assertThat(goodbye.getRefusal().getRetryable()).isFalse();
    TransportContract.awaitHandled(laptop);
  }

  @Test
  void saysSoWhenItCannotKnowWhereTheSessionsAre() {
    TestGateway gateway = start(100, Duration.ZERO);
    Device phone = signedIn(gateway, "ann", "phone");
    shared.presence().goAway();

    assertThatThrownBy(() -> endSessions(gateway, EndSessionsRequest.newBuilder().setUserId("ann")))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("UNAVAILABLE");

    assertThat(phone.goodbye()).isEqualTo("SESSION_ENDED");
  }

  @Test
  void refusesEndSessionsWithoutAUser() {
    TestGateway gateway = start(100, Duration.ZERO);

    assertThatThrownBy(() -> endSessions(gateway, EndSessionsRequest.newBuilder()))
        .hasMessageStartingWith("INVALID_ARGUMENT");
  }

  @Test
  void answersDevicesAndServicesOnListenersOfTheirOwn() {
    TestGateway gateway = start(100, Duration.ZERO);
    EndSessionsRequest request = EndSessionsRequest.newBuilder().setUserId("ann").build();

    assertThatThrownBy(
            () -> DeliveryServiceGrpc.newBlockingStub(gateway.clientChannel()).endSessions(request))
        .hasMessageStartingWith("UNIMPLEMENTED");
    assertThat(refusal(deliver(gateway.clientChannel()))).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(refusal(connect(gateway.channel()))).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(refusal(watchHealth(gateway.clientChannel()))).isEqualTo(Status.Code.UNIMPLEMENTED);

    Device device = gateway.grpc();
    assertThat(device.signIn(gateway.token("ann"), "phone").getUserId()).isEqualTo("ann");
    assertThat(endSessions(gateway, request.toBuilder())).isEqualTo(1);
  }

  private static CompletableFuture<?> deliver(Channel channel) {
    Ending<DeliverResponse> ending = new Ending<>();
    DeliveryServiceGrpc.newStub(channel)
        .deliver(ending)
        .onNext(DeliverRequest.getDefaultInstance());
    return ending.over;
  }

  private static CompletableFuture<?> connect(Channel channel) {
    Ending<ServerFrame> ending = new Ending<>();
    ConnectionServiceGrpc.newStub(channel).connect(ending).onNext(ClientFrame.getDefaultInstance());
    return ending.over;
  }

  private static CompletableFuture<?> watchHealth(Channel channel) {
    Ending<HealthCheckResponse> ending = new Ending<>();
    HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), ending);
    return ending.over;
  }

  /// Waits for the end of a stream and returns its status.
  private static Status.Code refusal(CompletableFuture<?> over) {
    return Status.fromThrowable(
            over.handle((answer, failure) -> failure).orTimeout(60, TimeUnit.SECONDS).join())
        .getCode();
  }

  /// Sees how a stream ends.
  private static final class Ending<T> implements StreamObserver<T> {
    private final CompletableFuture<T> over = new CompletableFuture<>();

    @Override
    public void onNext(T answer) {
      over.complete(answer);
    }

    @Override
    public void onError(Throwable failure) {
      over.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      over.cancel(false);
    }
  }

  @Test
  void limitsConnectionsOfBothKindsTogether() {
    TestGateway gateway = start(2, Duration.ZERO);
    Device first = signedIn(gateway, "ann", "phone");
    Device second = gateway.grpc();
    assertThat(second.signIn(gateway.token("bob"), "phone").getUserId()).isEqualTo("bob");

    try (Device third = gateway.webSocket();
        Device fourth = gateway.grpc()) {
      ServerFrame refused = third.next();
      assertThat(refused.getGoodbye().getRefusal().getReason()).isEqualTo("OVERLOADED");
      assertThat(refused.getGoodbye().getRefusal().getRetryable()).isTrue();
      assertThat(fourth.goodbye()).isEqualTo("OVERLOADED");
    }

    TransportContract.awaitHandled(first);
    TransportContract.awaitHandled(second);
    second.close();
    await().until(() -> gateway.app.connections() == 1);
    assertThat(gateway.webSocket().signIn(gateway.token("cid"), "phone").getUserId())
        .isEqualTo("cid");
  }

  @Test
  void asksDevicesToConnectElsewhereOneByOneAndServesThemUntilTheyGo() throws InterruptedException {
    TestGateway gateway = start(100, Duration.ofSeconds(2));
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      devices.add(signedIn(gateway, "user" + i, "phone"));
    }

    Thread closing = Thread.ofPlatform().start(gateway.app::close);

    Set<Long> moments = new HashSet<>();
    for (Device device : devices) {
      GoAway goAway = device.next().getGoAway();
      moments.add(Durations.toMillis(goAway.getNotBefore()));
      assertThat(Durations.toMillis(goAway.getNotBefore())).isBetween(0L, 2_000L);
      assertThat(Durations.toMillis(goAway.getGrace())).isEqualTo(4_000);
    }
    assertThat(moments).hasSizeGreaterThan(5);
    Device last = devices.removeLast();
    last.send(TransportContract.sendToBob(1, 1, TransportContract.text("still here")));
    assertThat(last.next().getSendAck().getSeq()).isEqualTo(1);
    gateway.deliver(1, 1, "user19");
    assertThat(last.next().hasDeliver()).isTrue();
    devices.forEach(Device::close);
    last.close();
    closing.join();
    assertThat(gateway.context().sessions().count()).isZero();
  }

  @Test
  void endsSessionsThatStayAndRefusesNewOnesWhileItDrains() throws InterruptedException {
    TestGateway gateway = start(100, Duration.ZERO);
    Device stubborn = signedIn(gateway, "ann", "phone");
    Device late = gateway.grpc();

    Thread closing = Thread.ofPlatform().start(gateway.app::close);
    assertThat(stubborn.next().hasGoAway()).isTrue();
    late.send(
        ClientFrame.newBuilder().setHello(Device.hello("phone").setToken(gateway.token("bob"))));

    assertThat(late.goodbye()).isEqualTo("DRAINING");
    assertThat(stubborn.goodbye()).isEqualTo("DRAINING");
    closing.join();
  }

  @Test
  void handsOverTheDeliveriesOfTheNewestOwnerOfEachSlotOnly() {
    TestGateway gateway = start(100, Duration.ZERO);

    assertThat(deliver(gateway, 3, 10).hasRefusal()).isFalse();
    assertThat(deliver(gateway, 3, 10).hasRefusal()).isFalse();
    assertThat(deliver(gateway, 3, 12).hasRefusal()).isFalse();
    assertThat(deliver(gateway, 3, 11).getRefusal().getMessage())
        .isEqualTo("epoch of slot 3: 11 (expected: 12 or later)");
    assertThat(deliver(gateway, 4, 1).hasRefusal()).isFalse();
  }

  private static DeliverResponse deliver(TestGateway gateway, int slot, long epoch) {
    return gateway.deliver(
        DeliverRequest.newBuilder()
            .addDeliveries(Delivery.newBuilder().setSlot(slot).setEpoch(epoch))
            .build());
  }

  @Test
  void announcesASubscriptionAndHandsItDeliveries() throws Exception {
    TestGateway gateway = start(100, Duration.ZERO);
    Semaphore deliveries = new Semaphore(0);
    EventLoop loop = (EventLoop) gateway.app.host().loops().group().iterator().next();

    DeliverySubscription subscription =
        DeliverySubscription.open(gateway.context(), loop, "ann", deliveries::release);

    assertThat(shared.presence().devices("ann")).hasSize(1);
    assertThat(gateway.deliver(1, 1, "ann").getAbsentUserIdsList()).isEmpty();
    deliveries.acquire();
    assertThat(gateway.context().sessions().count()).isZero();
    subscription.close();
    assertThat(shared.presence().devices("ann")).isEmpty();
    assertThat(gateway.deliver(2, 2, "ann").getAbsentUserIdsList()).containsExactly("ann");
  }

  private TestGateway start(int maxConnections, Duration spread) {
    TestGateway gateway = TestGateway.start(maxConnections, spread, registry, shared);
    gateways.add(gateway);
    return gateway;
  }

  private static Device signedIn(TestGateway gateway, String user, String deviceId) {
    Device device = gateway.webSocket();
    assertThat(device.signIn(gateway.token(user), deviceId).getUserId()).isEqualTo(user);
    return device;
  }

  private static int endSessions(TestGateway gateway, EndSessionsRequest.Builder request) {
    return DeliveryServiceGrpc.newBlockingStub(gateway.channel())
        .endSessions(request.build())
        .getEnded();
  }
}
