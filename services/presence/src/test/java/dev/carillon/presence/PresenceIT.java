package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.ChannelConfig;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.grpc.EventLoops;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.redis.Redis;
import dev.carillon.runtime.redis.RedisConfig;
import dev.carillon.runtime.redis.RedisException;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealRedis;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.UnifiedJedis;

final class PresenceIT {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final RealEtcd ETCD = new RealEtcd();
  @RegisterExtension static final RealRedis REDIS = new RealRedis();

  private final Closer closer = new Closer();
  private RegistryConfig registry = MemoryRegistry.config("unused", LEASE);
  private Channels channels =
      new Channels(EventLoops.share(), ChannelConfig.local(), Telemetry.none(), System::nanoTime);

  @BeforeEach
  void open() {
    registry = new RegistryConfig(List.of(ETCD.url()), LEASE);
    channels =
        closer.add(
            new Channels(
                closer.add(EventLoops.share()),
                ChannelConfig.local(),
                Telemetry.none(),
                System::nanoTime));
  }

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void findsDevicesThatWereAnnouncedUntilTheyAreGone() {
    Channel presence = start();
    TestGateway.Stream stream = gateway("gw-1").stream(presence).hello();
    stream.connected("ann", "phone").connected("ann", "laptop").snapshotDone();

    UserLocation ann = awaitLocation(presence, "ann", location -> location.getComplete());
    assertThat(ann.getDevicesList())
        .extracting(DeviceLocation::getDeviceId)
        .containsExactlyInAnyOrder("phone", "laptop");
    assertThat(ann.getDevices(0).getGatewayId()).isEqualTo("gw-1");
    assertThat(locate(presence, "bob").getDevicesList()).isEmpty();

    stream.change("ann", "phone", 1, 1, false);
    awaitLocation(presence, "ann", location -> location.getDevicesCount() == 1);
  }

  @Test
  void isCompleteOnlyWhenEveryGatewayHasAnnounced() {
    Channel presence = start();
    TestGateway first = gateway("gw-1");
    TestGateway second = gateway("gw-2");
    first.stream(presence).hello().connected("ann", "phone").snapshotDone();
    awaitLocation(presence, "ann", location -> location.getDevicesCount() == 1);
    await().atMost(PATIENCE).until(() -> !locate(presence, "ann").getComplete());

    TestGateway.Stream stream = second.stream(presence).hello().snapshotDone();
    awaitLocation(presence, "ann", UserLocation::getComplete);

    stream.breakOff();
    awaitLocation(presence, "ann", location -> !location.getComplete());
    second.stream(presence).hello().snapshotDone();
    awaitLocation(presence, "ann", UserLocation::getComplete);
  }

  @Test
  void keepsTheDevicesOfABrokenStreamAndDropsWhatIsNotAnnouncedAgain() {
    Channel presence = start();
    TestGateway gateway = gateway("gw-1");
    TestGateway.Stream stream = gateway.stream(presence).hello();
    stream.connected("ann", "phone").connected("ann", "laptop").snapshotDone();
    awaitLocation(presence, "ann", UserLocation::getComplete);

    stream.breakOff();
    awaitLocation(presence, "ann", location -> !location.getComplete());
    assertThat(locate(presence, "ann").getDevicesCount()).isEqualTo(2);

    gateway.stream(presence).hello().connected("ann", "laptop").snapshotDone();
    UserLocation ann = awaitLocation(presence, "ann", UserLocation::getComplete);
    assertThat(ann.getDevicesList())
        .extracting(DeviceLocation::getDeviceId)
        .containsExactly("laptop");
  }

  @Test
  void forgetsAGatewayWhoseRegistrationHasEnded() {
    PresenceApp app = readyApp();
    Channel presence = channels.to(app.address());
    TestGateway gateway = gateway("gw-1");
    gateway.stream(presence).hello().connected("ann", "phone").snapshotDone();
    awaitLocation(presence, "ann", location -> location.getDevicesCount() == 1);
    // The end of a registration is seen only where its beginning was.
    await()
        .atMost(PATIENCE)
        .until(() -> app.host().instances().of("connection").byId("gw-1").isPresent());

    gateway.close();

    UserLocation ann = awaitLocation(presence, "ann", location -> location.getDevicesCount() == 0);
    assertThat(ann.getComplete()).isTrue();
  }

  @Test
  void endsTheOlderOfTwoSessionsOfADevice() {
    Channel presence = start();
    TestGateway old = gateway("gw-1");
    TestGateway young = gateway("gw-2");
    old.stream(presence).hello().change("ann", "phone", 7, 100, true).snapshotDone();
    awaitLocation(presence, "ann", location -> location.getDevicesCount() == 1);

    young.stream(presence).hello().change("ann", "phone", 1, 200, true).snapshotDone();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(old.responses())
                .filteredOn(AnnounceResponse::hasSuperseded)
                .extracting(response -> response.getSuperseded().getSessionId())
                .containsExactly(7L));
    assertThat(locate(presence, "ann").getDevicesList())
        .extracting(DeviceLocation::getGatewayId)
        .containsExactly("gw-2");
  }

  @Test
  void theNextOwnerOfASlotStartsFromTheCopy() {
    PresenceApp first = readyApp();
    TestGateway gateway = gateway("gw-1");
    gateway.stream(channels.to(first.address())).hello().connected("ann", "phone").snapshotDone();
    awaitLocation(channels.to(first.address()), "ann", UserLocation::getComplete);
    awaitCopy();

    first.close();
    Channel second = start();

    UserLocation ann = awaitLocation(second, "ann", UserLocation::getComplete);
    assertThat(ann.getDevicesList())
        .extracting(DeviceLocation::getDeviceId)
        .containsExactly("phone");
  }

  @Test
  void endsTheStreamsOfGatewaysWhenItDrains() {
    PresenceApp app = readyApp();
    TestGateway gateway = gateway("gw-1");
    gateway.stream(channels.to(app.address())).hello().connected("ann", "phone").snapshotDone();
    awaitLocation(channels.to(app.address()), "ann", UserLocation::getComplete);

    app.close();

    assertThat(gateway.refused())
        .succeedsWithin(PATIENCE)
        .satisfies(refusal -> assertThat(refusal.is(RuntimeReason.SHUTTING_DOWN)).isTrue());
  }

  @Test
  void withoutTheCopyTheNextOwnerWaitsForTheGateways() {
    PresenceApp first = readyApp();
    TestGateway gateway = gateway("gw-1");
    gateway.stream(channels.to(first.address())).hello().connected("ann", "phone").snapshotDone();
    awaitLocation(channels.to(first.address()), "ann", UserLocation::getComplete);
    awaitCopy();

    first.close();
    REDIS.clear();
    Channel second = start();
    assertThat(locate(second, "ann").getComplete()).isFalse();

    gateway.stream(second).hello().connected("ann", "phone").snapshotDone();
    UserLocation ann = awaitLocation(second, "ann", UserLocation::getComplete);
    assertThat(ann.getDevicesCount()).isEqualTo(1);
  }

  @Test
  void worksWhileRedisIsAwayAndWritesTheCopyWhenItIsBack() {
    Channel presence = start();
    REDIS.kill();
    gateway("gw-1").stream(presence).hello().connected("ann", "phone").snapshotDone();
    awaitLocation(
        presence, "ann", location -> location.getComplete() && location.getDevicesCount() == 1);

    REDIS.restart();
    awaitCopy();
  }

  @Test
  void sendsGatewaysAndCallersToTheOwnerOfASlot() {
    PresenceApp first = app();
    PresenceApp second = app();
    await()
        .atMost(PATIENCE)
        .until(() -> first.host().health().isReady() && second.host().health().isReady());
    Channel one = channels.to(first.address());
    Channel two = channels.to(second.address());

    await()
        .atMost(PATIENCE)
        .until(() -> call(one, "ann").getMovedCount() + call(two, "ann").getMovedCount() == 1);
    Channel other = call(one, "ann").getMovedCount() == 1 ? one : two;
    assertThat(call(other, "ann").getMoved(0).getReason()).isEqualTo(SlotReason.SLOT_MOVED.name());

    TestGateway gateway = gateway("gw-1");
    gateway.stream(other).hello().connected("ann", "phone");
    await()
        .atMost(PATIENCE)
        .until(() -> gateway.responses().stream().anyMatch(AnnounceResponse::hasSlotsMoved));
  }

  @Test
  void refusesAStreamThatDoesNotBeginWithHello() throws Exception {
    Channel presence = start();
    TestGateway gateway = gateway("gw-1");
    gateway.stream(presence).connected("ann", "phone");

    assertThat(gateway.refused().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getMessage())
        .contains("expected: GatewayHello");
    assertThat(locate(presence, "ann").getDevicesList()).isEmpty();
  }

  @Test
  void refusesALookUpOfNobody() {
    Channel presence = start();
    assertThatThrownBy(() ->
            PresenceServiceGrpc.newBlockingStub(presence)
                .locate(LocateRequest.getDefaultInstance()))
        .satisfies(
            failure -> assertThat(Refusals.of(failure).is(RuntimeReason.REQUEST_INVALID)).isTrue());
  }

  private PresenceApp app() {
    return closer.add(
        PresenceApp.start(
            new PresenceConfig(HostConfig.local(PresenceConfig.SERVICE, registry), redisConfig())));
  }

  /// One instance that owns every slot.
  private PresenceApp readyApp() {
    PresenceApp app = app();
    await().atMost(PATIENCE).until(() -> app.host().health().isReady());
    return app;
  }

  private Channel start() {
    return channels.to(readyApp().address());
  }

  private TestGateway gateway(String id) {
    return closer.add(TestGateway.register(id, registry));
  }

  private static LocateResponse call(Channel presence, String user) {
    return PresenceServiceGrpc.newBlockingStub(presence)
        .locate(LocateRequest.newBuilder().addUserIds(user).build());
  }

  private static UserLocation locate(Channel presence, String user) {
    LocateResponse response = call(presence, user);
    return response.getLocationsCount() == 0
        ? UserLocation.getDefaultInstance()
        : response.getLocations(0);
  }

  private static UserLocation awaitLocation(
      Channel presence, String user, Predicate<UserLocation> expected) {
    return await().atMost(PATIENCE).until(() -> locate(presence, user), expected);
  }

  /// Waits until what is known of Ann's slot is in Redis and marked as whole.
  private void awaitCopy() {
    try (Redis redis = redis()) {
      int slot = Slots.of("ann");
      await()
          .atMost(PATIENCE)
          .ignoreException(RedisException.class)
          .until(() -> redis.call(jedis -> fields(jedis, slot)), Set.of("", "ann\0phone")::equals);
    }
  }

  /// What the copy holds that the next owner of a slot will take.
  private static Set<String> fields(UnifiedJedis jedis, int slot) {
    String epoch = jedis.get(RedisDirectoryCopy.epochKey(slot));
    return epoch == null
        ? Set.of()
        : jedis.hkeys(RedisDirectoryCopy.copyKey(slot, Long.parseLong(epoch)));
  }

  private static Redis redis() {
    return Redis.open(redisConfig(), new Health(), Telemetry.none().metrics(), System::nanoTime);
  }

  private static RedisConfig redisConfig() {
    return new RedisConfig(
        new HostPort("127.0.0.1", REDIS.port()),
        Optional.empty(),
        Optional.of(Secret.of(REDIS.password())),
        false,
        4,
        Duration.ofSeconds(1));
  }
}
