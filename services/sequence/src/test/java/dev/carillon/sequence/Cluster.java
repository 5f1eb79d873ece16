package dev.carillon.sequence;

import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.Registry;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.grpc.ChannelConfig;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.grpc.EventLoops;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.SlotRouter;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import io.grpc.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/// Sequence instances of one installation on real engines, and a caller's view of them.
final class Cluster implements AutoCloseable {
  static final String DATABASE = "carillon_sequence";
  static final Duration LEASE = Duration.ofSeconds(2);
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RealMariaDb mariaDb;
  private final RegistryConfig registryConfig;
  private final String etcdUrl;
  private final Closer closer = new Closer();
  private final EventLoops loops = closer.add(EventLoops.share());
  private final Channels channels =
      closer.add(new Channels(loops, ChannelConfig.local(), Telemetry.none(), System::nanoTime));
  private final InstanceChannels instanceChannels =
      new InstanceChannels(channels, System::nanoTime);
  private final SlotTable table;
  private final SlotRouter router;

  Cluster(RealMariaDb mariaDb, RealEtcd etcd) {
    this.mariaDb = mariaDb;
    this.etcdUrl = etcd.url();
    this.registryConfig = new RegistryConfig(List.of(etcdUrl), LEASE);
    Registry registry = closer.add(registryConfig.open(System::nanoTime));
    Instances instances = closer.add(Instances.join(registry, LEASE, new Health()));
    this.table = closer.add(SlotTable.follow(instances, "sequence"));
    this.router = closer.add(new SlotRouter(table, instanceChannels));
  }

  static MySqlConfig mysql(RealMariaDb mariaDb) {
    return new MySqlConfig(
        mysqlUrl(mariaDb),
        mariaDb.user(),
        Secret.of(mariaDb.password()),
        DATABASE,
        MySqlConfig.Tls.DISABLED,
        MySqlConfig.Pools.standard(),
        Duration.ofSeconds(5),
        PATIENCE,
        true);
  }

  /// Starts an instance in this JVM; it is the caller's to close, and closed with the cluster
  /// otherwise.
  SequenceApp start() throws InterruptedException, TimeoutException {
    return closer.add(
        SequenceApp.start(
            SequenceConfig.local(HostConfig.local("sequence", registryConfig), mysql(mariaDb))));
  }

  /// Starts an instance in a JVM of its own; gone with the cluster at the latest.
  SequenceProcess startProcess() {
    Map<String, String> settings = new HashMap<>();
    settings.put("CARILLON_MYSQL_URL", mysqlUrl(mariaDb));
    settings.put("CARILLON_MYSQL_USER", mariaDb.user());
    settings.put("CARILLON_MYSQL_PASSWORD", mariaDb.password());
    settings.put("CARILLON_MYSQL_TLS", "disabled");
    settings.put("CARILLON_ETCD_ENDPOINTS", etcdUrl);
    settings.put("CARILLON_ETCD_LEASE", LEASE.toSeconds() + "s");
    return closer.add(SequenceProcess.start(settings));
  }

  /// Waits until every slot has an owner and the owners are as many as said.
  void awaitOwners(int owners) {
    await().atMost(PATIENCE).until(() -> unowned() == 0 && owners().size() == owners);
  }

  /// The instances that own slots, by how many they own.
  Map<String, Long> owners() {
    Map<String, Long> owners = new HashMap<>();
    IntStream.range(0, Slots.COUNT)
        .mapToObj(table::ownerOf)
        .forEach(owner ->
            owner.map(OwnerLocation::instance).ifPresent(id -> owners.merge(id, 1L, Long::sum)));
    return owners;
  }

  /// How many slots have no known owner.
  long unowned() {
    return Slots.COUNT - owners().values().stream().mapToLong(Long::longValue).sum();
  }

  SlotTable table() {
    return table;
  }

  SlotRouter router() {
    return router;
  }

  Channel channel(String address) {
    return instanceChannels.to(address);
  }

  @Override
  public void close() {
    closer.close();
  }

  private static String mysqlUrl(RealMariaDb mariaDb) {
    return "jdbc:mysql://127.0.0.1:" + mariaDb.port();
  }
}
