package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.Slots;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The way to the directory over real sockets.
final class GrpcPresenceAnnouncerTest extends PresenceAnnouncerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RegistryConfig registry =
      MemoryRegistry.config(UUID.randomUUID().toString(), Duration.ofSeconds(3));
  private final Set<ConnectedDevice> devices = ConcurrentHashMap.newKeySet();
  private final Closer closer = new Closer();
  private final ScriptedPresenceOwner owner = closer.add(new ScriptedPresenceOwner(registry));
  private final ServiceHost host =
      closer.add(ServiceHost.open(HostConfig.local("connection", registry)));
  private final GrpcPresenceAnnouncer announcer =
      closer.add(new GrpcPresenceAnnouncer(host, new Connections(), Duration.ofSeconds(2)));

  @BeforeEach
  void start() {
    await().atMost(PATIENCE).until(owner::isReady);
  }

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void tellsTheDirectoryTheDevicesOwnNumberOfItsConnection() {
    connect(new ConnectedDevice("ann", "phone", 7, 42, 1_000));

    await().atMost(PATIENCE).until(() -> !owner.changes().isEmpty());
    DeviceChange change = owner.changes().getFirst();
    assertThat(change.getConnected()).isTrue();
    assertThat(change.getSessionId()).isEqualTo(7);
    assertThat(change.getConnectionNumber()).isEqualTo(42);
    assertThat(change.getConnectedAt().getSeconds()).isEqualTo(1);
  }

  @Test
  void announcesEverythingAgainOnANewStream() {
    connect(new ConnectedDevice("ann", "phone", 7, 42, 1_000));
    await().atMost(PATIENCE).until(() -> snapshots() > 0 && !owner.changes().isEmpty());
    int before = owner.changes().size();

    owner.breakStreams();

    await().atMost(PATIENCE).until(() -> owner.changes().size() > before);
    assertThat(owner.changes().getLast().getUserId()).isEqualTo("ann");
  }

  @Test
  void keepsWhatTheDirectoryDoesNotReadAndTellsItLater() {
    connect(new ConnectedDevice("ann", "phone", 1, 1, 1_000));
    await().atMost(PATIENCE).until(() -> snapshots() > 0);
    owner.stopReading();

    // More than what the network itself holds.
    for (int id = 2; id <= 30_000; id++) {
      connect(device(id));
    }
    await().atMost(PATIENCE).until(() -> announcer.waiting() > 1_000);
    owner.read();

    await().atMost(PATIENCE).until(() -> announcer.waiting() == 0);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    owner.changes().stream()
                        .map(DeviceChange::getSessionId)
                        .collect(Collectors.toSet()))
                .hasSize(30_000));
  }

  @Test
  void givesUpAStreamThatFallsTooFarBehindAndBeginsAnew() {
    connect(new ConnectedDevice("ann", "phone", 1, 1, 1_000));
    await().atMost(PATIENCE).until(() -> snapshots() > 0);
    owner.stopReading();
    // What comes and goes fills the network first, then the gateway's own memory.
    for (int id = 2; id <= 50_000; id++) {
      ConnectedDevice passing = device(id);
      connect(passing);
      leave(passing);
    }
    await().atMost(PATIENCE).until(() -> owner.openings() > 1);
    assertThat(announcer.waiting()).isLessThanOrEqualTo(GrpcPresenceAnnouncer.GONE_LIMIT + 1);

    int before = owner.changes().size();
    owner.read();
    await()
        .atMost(PATIENCE)
        .until(() ->
            owner.changes().stream().skip(before).anyMatch(change -> change.getSessionId() == 1));
  }

  private static ConnectedDevice device(int id) {
    return new ConnectedDevice("user-" + "x".repeat(50), "device-" + "y".repeat(50), id, id, 1_000);
  }

  @Override
  protected PresenceAnnouncer announcer() {
    return announcer;
  }

  @Override
  protected void connect(ConnectedDevice device) {
    devices.add(device);
    announcer.connected(device);
  }

  @Override
  protected void leave(ConnectedDevice device) {
    devices.remove(device);
    announcer.gone(device);
  }

  @Override
  protected List<String> known(String userId) {
    Map<String, Boolean> connected = new TreeMap<>();
    owner.changes().stream()
        .filter(change -> change.getUserId().equals(userId))
        .forEach(change -> connected.put(change.getDeviceId(), change.getConnected()));
    return connected.keySet().stream()
        .filter(device -> connected.getOrDefault(device, false))
        .toList();
  }

  @Override
  protected void goAway() {
    owner.close();
  }

  /// The devices of this gateway.
  private final class Connections implements PresenceAnnouncer.Devices {
    @Override
    public void forEach(IntPredicate slots, Consumer<ConnectedDevice> consumer) {
      devices.stream().filter(device -> slots.test(Slots.of(device.userId()))).forEach(consumer);
    }

    @Override
    public void superseded(String userId, String deviceId, long sessionId) {}
  }

  private long snapshots() {
    return owner.frames().stream().filter(AnnounceRequest::hasSnapshotDone).count();
  }
}
