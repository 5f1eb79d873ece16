package dev.carillon.runtime.discovery;

import dev.carillon.runtime.lifecycle.Health;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The instances of every service: announces those of this process and follows those of others.
///
/// May be used from any thread; nothing here blocks but [#close].
public final class Instances implements AutoCloseable {
  private static final String REASON = "registry";

  private final Registry registry;
  private final Membership membership;
  private final Map<String, Instance> mine = new ConcurrentHashMap<>();
  private final Map<String, ServiceInstances> views = new ConcurrentHashMap<>();

  private Instances(Registry registry, Membership membership) {
    this.registry = registry;
    this.membership = membership;
  }

  /// Joins the registry under a lease of its own.
  ///
  /// @param leaseTimeToLive how long the others wait for a process that died, whole seconds
  /// @param health gets the reason `registry` whenever there is no lease
  public static Instances join(Registry registry, Duration leaseTimeToLive, Health health) {
    health.notReady(REASON, "no lease in the registry yet");
    Membership membership = registry.join(leaseTimeToLive);
    membership.addListener(
        new MembershipListener() {
          @Override
          public void onJoined(Lease lease) {
            health.ready(REASON);
          }

          @Override
          public void onLost(Lease lease) {
            health.notReady(REASON, "no lease in the registry");
          }
        });
    return new Instances(registry, membership);
  }

  /// The lease under which this process is announced and owns slots.
  public Membership membership() {
    return membership;
  }

  /// Where instances are announced.
  public Registry registry() {
    return registry;
  }

  /// Announces an instance of this process, for as long as this process lives.
  public void register(Instance instance) {
    mine.put(instance.id(), instance);
    membership.register(instance.key(), instance.toJson());
  }

  /// Announces that an instance of this process is on its way out: callers stop choosing it, and
  /// its slots go to others. Nothing happens when it is not announced.
  public void drain(String id) {
    Instance draining = mine.computeIfPresent(id, (same, instance) -> instance.drained());
    if (draining != null) {
      membership.register(draining.key(), draining.toJson());
    }
  }

  /// The instances of a service; always the same object, which follows the registry from the first
  /// call on.
  public ServiceInstances of(String service) {
    return views.computeIfAbsent(service, name -> ServiceInstances.follow(registry, name));
  }

  /// Makes a channel builder understand targets such as [#target] gives them.
  public <B extends ManagedChannelBuilder<B>> B resolving(B builder) {
    return builder.setNameResolverArg(InstanceResolverProvider.INSTANCES, this::of);
  }

  /// The gRPC target of a service: all its instances that are not draining, as they come and go.
  public static String target(String service) {
    return InstanceResolverProvider.SCHEME + ":///" + service;
  }

  /// Gives the lease back, so that this process's instances vanish at once, and stops following.
  @Override
  public void close() {
    views.values().forEach(ServiceInstances::close);
    membership.close();
  }
}
