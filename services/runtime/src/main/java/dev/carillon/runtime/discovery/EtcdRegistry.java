package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/// The [Registry] in an etcd cluster, version 3.4 or later.
///
/// Speaks etcd's gRPC API directly rather than through a client library, because the moment at
/// which a keep-alive is *sent* decides until when a lease is valid, and because nothing may be
/// repeated or delayed behind our back.
public final class EtcdRegistry implements Registry {
  private final EtcdChannel etcd;
  private final LongSupplier nanos;
  private final EtcdLeases leases;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("carillon-registry").daemon().factory());
  private final List<Membership> sessions = new CopyOnWriteArrayList<>();
  private final List<Subscription> watches = new CopyOnWriteArrayList<>();

  /// Connects in the background; etcd need not run yet.
  ///
  /// @param nanos the monotonic clock by which leases are judged, in nanoseconds
  public EtcdRegistry(EtcdEndpoints endpoints, LongSupplier nanos) {
    this.etcd = new EtcdChannel(endpoints);
    this.nanos = nanos;
    this.leases = new EtcdLeases(etcd);
  }

  @Override
  public Membership join(Duration timeToLive) {
    Membership session = new Membership(leases, timeToLive, nanos).start();
    sessions.add(session);
    return session;
  }

  @Override
  public Subscription watch(String prefix, PrefixListener listener) {
    EtcdWatch watch = new EtcdWatch(etcd, prefix, new GuardedListener(listener), thread);
    watches.add(watch);
    watch.start();
    return watch;
  }

  @Override
  public CompletableFuture<Void> deleteAll(Map<String, Long> createRevisions) {
    return leases.deleteAll(createRevisions);
  }

  @Override
  public void close() {
    watches.forEach(Subscription::close);
    sessions.forEach(Membership::close);
    thread.shutdownNow();
    etcd.close();
  }
}
