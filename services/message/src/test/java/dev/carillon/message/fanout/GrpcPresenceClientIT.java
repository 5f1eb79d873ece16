package dev.carillon.message.fanout;

import static org.awaitility.Awaitility.await;

import dev.carillon.message.rig.FakePresenceServer;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.testing.RealEtcd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

final class GrpcPresenceClientIT extends PresenceClientContract {
  @RegisterExtension static final RealEtcd etcd = new RealEtcd();

  private final Map<String, Set<String>> places = FakePresenceServer.places();
  private FakePresenceServer presence;
  private ServiceHost host;
  private PresenceClient client;

  @BeforeEach
  void start() {
    RegistryConfig registry = new RegistryConfig(List.of(etcd.url()), Duration.ofSeconds(2));
    presence = FakePresenceServer.start(registry, places);
    host = ServiceHost.open(HostConfig.local("message", registry));
    client =
        new GrpcPresenceClient(
            host.own(SlotTable.follow(host.instances(), "presence")),
            host.own(new InstanceChannels(host.channels(), host.nanos())),
            Duration.ofSeconds(10),
            System::nanoTime,
            host.metrics());
    List<String> users = List.of("ann", "bob");
    await().until(() -> client.locate(users).keySet().containsAll(users));
  }

  @AfterEach
  void stop() {
    host.close();
    presence.close();
  }

  @Override
  PresenceClient client() {
    return client;
  }

  @Override
  void connect(String userId, String... gateways) {
    places.put(userId, Set.of(gateways));
  }

  @Override
  void forgetAll() {
    presence.setCold(true);
  }
}
