package dev.carillon.presence;

import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.ServiceInstances;
import dev.carillon.runtime.redis.Redis;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.SlotClaims;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/// One running presence instance.
public record PresenceApp(ServiceHost host) implements ServiceApp {
  private static final String GATEWAYS = "connection";

  /// What a batch of changes to the copy costs at least, here and in Redis.
  private static final Duration COPY_COST = Duration.ofNanos(300_000);

  /// Starts an instance; returns when it is announced and claims its slots. Redis and etcd may come
  /// later.
  public static PresenceApp start(PresenceConfig config) {
    ServiceHost host = ServiceHost.open(config.host());
    try {
      Redis redis =
          host.own(Redis.open(config.redis(), host.health(), host.metrics(), host.nanos()));
      PresenceMetrics metrics = new PresenceMetrics(host.metrics());
      ServiceInstances gateways = host.instances().of(GATEWAYS);
      SlotClaims slots = new SlotClaims(host.instance());
      PresenceService service =
          host.own(
              new PresenceService(
                  slots::owns,
                  () -> ids(gateways),
                  new RedisDirectoryCopy(redis),
                  config.redis().poolSize(),
                  host.batchInterval(COPY_COST),
                  host.nanos(),
                  metrics));
      service.start();
      host.own(gateways.onChange(now -> service.gatewaysChanged()));
      PresenceRpc rpc = new PresenceRpc(service, slots, metrics);
      host.serve(host.server().fromMemory(rpc));
      host.claimSlots(slots, service);
      host.beforeClosing("end streams", left -> rpc.drain());
      host.ready();
      return new PresenceApp(host);
    } catch (RuntimeException failure) {
      host.close();
      throw failure;
    }
  }

  private static Set<String> ids(ServiceInstances gateways) {
    return gateways.current().stream().map(Instance::id).collect(Collectors.toUnmodifiableSet());
  }
}
