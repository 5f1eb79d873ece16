package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.Registry;
import dev.carillon.runtime.discovery.Sessions;
import dev.carillon.runtime.lifecycle.Health;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;

/// One instance of the slotted service `test`, with a registry connection of its own.
final class Node implements AutoCloseable, SlotListener {
  static final Duration LEASE = Duration.ofSeconds(3);

  final String id;
  final Registry registry;
  final Instances instances;
  final Health health = new Health();
  final SlotClaims slots;
  final SlotOwner owner;

  /// The epochs of all slots that were claimed and not lost or released since.
  final Map<Integer, Long> claimed = new ConcurrentHashMap<>();

  final Set<Integer> releasing = new ConcurrentSkipListSet<>();
  final Set<Integer> lost = new ConcurrentSkipListSet<>();
  private boolean killed;
  private volatile Supplier<CompletableFuture<Void>> finish =
      () -> CompletableFuture.completedFuture(null);

  Node(String id, Registry registry) {
    this(id, registry, Duration.ofSeconds(30), LEASE);
  }

  Node(String id, Registry registry, Duration releaseAtMost, Duration lease) {
    this.id = id;
    this.registry = registry;
    this.instances = Instances.join(registry, lease, health);
    instances.register(new Instance("test", id, address(id), address(id), false));
    this.slots = new SlotClaims(id);
    this.owner =
        new SlotOwner("test", releaseAtMost, instances, slots, this, health, System::nanoTime);
    health.started();
  }

  static String address(String id) {
    return id + ".test:1";
  }

  /// How a handover ends from now on.
  void finishing(Supplier<CompletableFuture<Void>> end) {
    finish = end;
  }

  @Override
  public void onClaimed(int slot, long epoch) {
    claimed.put(slot, epoch);
  }

  @Override
  public CompletableFuture<Void> onReleasing(int slot) {
    releasing.add(slot);
    return finish.get();
  }

  @Override
  public void onLost(Set<Integer> slots) {
    lost.addAll(slots);
  }

  /// Ends as by `kill -9`: nothing is handed over and nothing given back.
  void kill() {
    killed = true;
    Sessions.abandon(instances.membership());
    registry.close();
  }

  @Override
  public void close() {
    if (!killed) {
      owner.close();
    }
    instances.close();
    registry.close();
  }
}
