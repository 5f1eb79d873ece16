package dev.carillon.message.fanout;

import com.google.protobuf.ByteString;
import dev.carillon.message.conversation.GrpcMessages;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.ServiceInstances;
import dev.carillon.runtime.discovery.Subscription;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The gateways in the registry, each behind one stream that is opened when it is first needed.
public final class GrpcGateways implements Gateways, AutoCloseable {
  private final InstanceChannels channels;
  private final FanOutMetrics metrics;
  private final Metrics.Registration waiting;
  private final Subscription subscription;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final BatchInterval interval;
  private final FailPoints failPoints;
  private final Map<String, GrpcGatewayLink> links = new ConcurrentHashMap<>();
  private volatile Map<String, Instance> live = Map.of();

  /// Follows the instances of service `connection`.
  ///
  /// @param timer an event loop
  /// @param nanos a monotonic clock in nanoseconds
  /// @param interval how long a busy stream pauses between batches
  /// @param failPoints where the process may be made to crash: before and after a delivery
  public GrpcGateways(
      ServiceInstances instances,
      InstanceChannels channels,
      Metrics metrics,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      BatchInterval interval,
      FailPoints failPoints) {
    this.channels = channels;
    this.timer = timer;
    this.nanos = nanos;
    this.interval = interval;
    this.failPoints = failPoints;
    this.metrics = new FanOutMetrics(metrics);
    this.waiting =
        metrics.gauge(
            "gateway.waiting",
            "Deliveries that wait for a gateway's stream",
            () -> links.values().stream().mapToInt(GrpcGatewayLink::waiting).sum());
    this.subscription = instances.onChange(this::follow);
  }

  private void follow(List<Instance> now) {
    live = now.stream().collect(Collectors.toUnmodifiableMap(Instance::id, instance -> instance));
    links.forEach((id, link) -> {
      if (!live.containsKey(id) && links.remove(id, link)) {
        link.close();
      }
    });
  }

  @Override
  public Set<String> live() {
    return live.keySet();
  }

  @Override
  public void deliver(Map<String, List<Delivery>> byGateway) {
    failPoints.at(MessageStep.FANOUT_BEFORE_DELIVER);
    IdentityHashMap<StoredMessage, ByteString> encoded = new IdentityHashMap<>();
    byGateway.forEach((id, deliveries) -> {
      GrpcGatewayLink link = link(id);
      if (link == null) {
        metrics.gone.add(deliveries.size());
      } else {
        link.deliver(deliveries.stream().map(delivery -> encode(delivery, encoded)).toList());
      }
    });
    failPoints.at(MessageStep.FANOUT_AFTER_DELIVER);
  }

  private @Nullable GrpcGatewayLink link(String id) {
    Instance instance = live.get(id);
    if (instance == null) {
      return null;
    }
    GrpcGatewayLink link =
        links.computeIfAbsent(
            id,
            added ->
                new GrpcGatewayLink(
                    id,
                    () -> Channels.onLoop(channels.to(instance.address())),
                    metrics,
                    timer,
                    nanos,
                    interval));
    // It may have gone while the link was made; then nobody else would close it.
    if (!live.containsKey(id) && links.remove(id, link)) {
      link.close();
    }
    return link;
  }

  private static dev.carillon.connection.v1.Delivery encode(
      Delivery delivery, IdentityHashMap<StoredMessage, ByteString> encoded) {
    return dev.carillon.connection.v1.Delivery.newBuilder()
        .setMessage(
            encoded.computeIfAbsent(
                delivery.message(), message -> GrpcMessages.encode(message).toByteString()))
        .addAllUserIds(delivery.userIds())
        .setSlot(delivery.slot())
        .setEpoch(delivery.epoch())
        .setTraceparent(delivery.traceparent())
        .build();
  }

  @Override
  public void close() {
    subscription.close();
    waiting.close();
    links.values().forEach(GrpcGatewayLink::close);
  }
}
