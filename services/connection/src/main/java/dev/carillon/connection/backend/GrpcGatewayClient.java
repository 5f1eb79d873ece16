package dev.carillon.connection.backend;

import dev.carillon.connection.v1.DeliveryServiceGrpc;
import dev.carillon.connection.v1.EndSessionsRequest;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.ServiceInstances;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The other gateways over gRPC.
public final class GrpcGatewayClient implements AutoCloseable {
  private static final String SERVICE = "connection";
  private static final int CALL_LIMIT = 256;

  private final ServiceInstances gateways;
  private final InstanceChannels channels;
  private final UnaryCalls calls;

  /// Follows the gateways as `host` sees them.
  ///
  /// @param timeout how long a call may take
  public GrpcGatewayClient(ServiceHost host, Duration timeout) {
    gateways = host.instances().of(SERVICE);
    channels = new InstanceChannels(host.channels(), host.nanos());
    calls = new UnaryCalls(timeout, CALL_LIMIT);
  }

  /// Asks the gateway with this instance id to end sessions that it holds itself, and answers how
  /// many it ended. A gateway that is registered no longer has none: answers 0. Refused with
  /// `PEER_UNAVAILABLE` when it is registered but does not answer within `timeout`. Never blocks,
  /// any thread.
  public void endSessions(String gatewayId, EndSessionsRequest request, Answer<Integer> answer) {
    Optional<Instance> gateway = gateways.byId(gatewayId);
    if (gateway.isEmpty()) {
      answer.answered(0);
      return;
    }
    calls.call(
        deadline ->
            DeliveryServiceGrpc.newBlockingStub(channels.to(gateway.get().address()))
                .withDeadline(deadline)
                .endSessions(request)
                .getEnded(),
        answer);
  }

  /// The instance ids of all gateways registered now, this one included.
  public List<String> gatewayIds() {
    return gateways.current().stream().map(Instance::id).toList();
  }

  @Override
  public void close() {
    calls.close();
    channels.close();
  }
}
