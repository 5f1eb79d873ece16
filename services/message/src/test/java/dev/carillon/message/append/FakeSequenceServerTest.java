package dev.carillon.message.append;

import static org.awaitility.Awaitility.await;

import dev.carillon.message.rig.FakeSequenceServer;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotTable;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The real client and the sequence service of the rigs keep the promises together.
final class FakeSequenceServerTest extends SequenceClientContract {
  private final RegistryConfig registry =
      MemoryRegistry.config(UUID.randomUUID().toString(), Duration.ofSeconds(3));
  private final Closer closer = new Closer();
  private final FakeSequenceServer server =
      closer.add(FakeSequenceServer.start(registry, FakeSequenceServer.numbers()));
  private final ServiceHost host =
      closer.add(ServiceHost.open(HostConfig.local("message", registry)));
  private final InstanceChannels channels =
      host.own(new InstanceChannels(host.channels(), host.nanos()));
  private final GrpcSequenceClient client =
      host.own(
          new GrpcSequenceClient(
              host.own(SlotTable.follow(host.instances(), "sequence")),
              target -> Channels.onLoop(channels.to(target)),
              Duration.ofMinutes(1),
              host.loops().group().next(),
              System::nanoTime,
              BatchInterval.NONE));

  @BeforeEach
  void awaitOwner() {
    await().until(() -> server.owns(0));
  }

  @AfterEach
  void close() {
    closer.close();
  }

  @Override
  SequenceClient client() {
    return client;
  }
}
