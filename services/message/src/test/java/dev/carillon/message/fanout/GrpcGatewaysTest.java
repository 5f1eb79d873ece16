package dev.carillon.message.fanout;

import dev.carillon.message.rig.RecordingGateway;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/// The gateways of a registry, over real sockets.
final class GrpcGatewaysTest extends GatewaysContract {
  private final RegistryConfig registry =
      MemoryRegistry.config(UUID.randomUUID().toString(), Duration.ofSeconds(3));
  private final Closer closer = new Closer();
  private final List<RecordingGateway> recordings =
      List.of(
          closer.add(RecordingGateway.start(registry)),
          closer.add(RecordingGateway.start(registry)));
  private final ServiceHost host =
      closer.add(ServiceHost.open(HostConfig.local("message", registry)));
  private final GrpcGateways gateways =
      host.own(
          new GrpcGateways(
              host.instances().of("connection"),
              host.own(new InstanceChannels(host.channels(), host.nanos())),
              host.metrics(),
              host.loops().group().next(),
              System::nanoTime,
              BatchInterval.NONE,
              host.failPoints()));

  @AfterEach
  void close() {
    closer.close();
  }

  @Override
  Gateways gateways() {
    return gateways;
  }

  @Override
  List<Long> received(String gateway, String userId) {
    return recordings.stream()
        .filter(recording -> recording.id().equals(gateway))
        .flatMap(recording -> received(recording, userId))
        .toList();
  }

  private static Stream<Long> received(RecordingGateway gateway, String userId) {
    return gateway.received().stream()
        .filter(delivery -> delivery.getUserIdsList().contains(userId))
        .map(delivery -> RecordingGateway.message(delivery).getSeq());
  }
}
