package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.PrefixListener;
import dev.carillon.runtime.discovery.ServiceInstances;
import dev.carillon.runtime.discovery.Subscription;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The owners of a service's slots and their addresses, for its callers.
///
/// Follows the registry, keeps the last view while it is away, and takes over from refusals the
/// moves that the registry has not reported yet. It may be wrong at any moment: then the callee
/// refuses with [SlotReason#SLOT_MOVED] and nothing is lost. Reading is lock-free.
public final class SlotTable implements OwnerLookup, AutoCloseable {
  private final SlotKeys keys;
  private final ServiceInstances instances;
  private final AtomicReferenceArray<OwnerLocation> owners;

  private final Object lock = new Object();
  private final @Nullable Ownership[] told;
  private final @Nullable Ownership[] learned;
  // A report of an epoch up to this one is out of date: the registry has already reported a later
  // one.
  private final long[] toldUpTo;
  private final List<OwnerListener> listeners = new ArrayList<>();
  private final List<Subscription> sources = new ArrayList<>();
  private volatile boolean loaded;

  private SlotTable(SlotKeys keys, ServiceInstances instances, int slots) {
    this.keys = keys;
    this.instances = instances;
    this.owners = new AtomicReferenceArray<>(slots);
    this.told = new @Nullable Ownership[slots];
    this.learned = new @Nullable Ownership[slots];
    this.toldUpTo = new long[slots];
  }

  /// Follows the slots of `service` until closed.
  public static SlotTable follow(Instances instances, String service) {
    return follow(instances, service, Slots.COUNT);
  }

  /// As [#follow(Instances, String)], for the first so many slots only.
  static SlotTable follow(Instances instances, String service, int slots) {
    SlotTable table = new SlotTable(SlotKeys.of(service), instances.of(service), slots);
    Subscription members = table.instances.onChange(view -> table.joinAll());
    Subscription watch = instances.registry().watch(table.keys.prefix(), table.new Follower());
    synchronized (table.lock) {
      table.sources.add(members);
      table.sources.add(watch);
    }
    return table;
  }

  /// The owner of the slot and its address; empty while the slot has no owner or the owner's
  /// address is not known.
  @Override
  public Optional<OwnerLocation> ownerOf(int slot) {
    return Optional.ofNullable(owners.get(slot));
  }

  /// Whether the registry has reported at least once.
  public boolean isLoaded() {
    return loaded;
  }

  /// How many slots have no known owner; for metrics and readiness.
  public int unowned() {
    int unowned = 0;
    for (int slot = 0; slot < owners.length(); slot++) {
      if (owners.get(slot) == null) {
        unowned++;
      }
    }
    return unowned;
  }

  /// Blocks until the slot has another owner than `from`, or `end` has come.
  void awaitMove(int slot, Optional<OwnerLocation> from, Deadline end) throws InterruptedException {
    synchronized (lock) {
      long left = end.timeRemaining(TimeUnit.NANOSECONDS);
      while (left > 0 && ownerOf(slot).equals(from)) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = end.timeRemaining(TimeUnit.NANOSECONDS);
      }
    }
  }

  /// Takes over the owner that a callee reports, unless a later one is known.
  @Override
  public void learn(SlotMoved moved) {
    int slot = moved.slot();
    synchronized (lock) {
      if (moved.owner().isEmpty() || moved.epoch() <= toldUpTo[slot]) {
        return;
      }
      Ownership before = learned[slot];
      if (before == null || before.epoch() < moved.epoch()) {
        learned[slot] = new Ownership(moved.owner(), moved.epoch());
        join(slot);
      }
    }
  }

  /// Tells `listener` of every known owner before it returns, and of every move from then on.
  ///
  /// @return ends the calls
  @Override
  public Subscription onMove(OwnerListener listener) {
    synchronized (lock) {
      listeners.add(listener);
      for (int slot = 0; slot < owners.length(); slot++) {
        Optional<OwnerLocation> owner = ownerOf(slot);
        if (owner.isPresent()) {
          listener.onMoved(slot, owner);
        }
      }
    }
    return () -> {
      synchronized (lock) {
        listeners.remove(listener);
      }
    };
  }

  /// Stops following; what is known stays readable.
  @Override
  public void close() {
    List<Subscription> ending;
    synchronized (lock) {
      ending = List.copyOf(sources);
      sources.clear();
    }
    // Not under the lock: a thread that is calling this table's listeners holds their lock and
    // waits for this one.
    ending.forEach(Subscription::close);
  }

  private void tell(int slot, @Nullable Entry entry) {
    if (entry == null) {
      told[slot] = null;
      return;
    }
    told[slot] = new Ownership(entry.value(), entry.createRevision());
    toldUpTo[slot] = entry.createRevision();
  }

  private void joinAll() {
    synchronized (lock) {
      for (int slot = 0; slot < owners.length(); slot++) {
        join(slot);
      }
    }
  }

  private void join(int slot) {
    Ownership news = learned[slot];
    if (news != null && news.epoch() <= toldUpTo[slot]) {
      news = null;
      learned[slot] = null;
    }
    Ownership ownership = news != null ? news : told[slot];
    OwnerLocation owner = ownership == null ? null : locate(ownership);
    if (!Objects.equals(owners.getAndSet(slot, owner), owner)) {
      listeners.forEach(listener -> listener.onMoved(slot, Optional.ofNullable(owner)));
      lock.notifyAll();
    }
  }

  private @Nullable OwnerLocation locate(Ownership ownership) {
    return instances
        .byId(ownership.instance())
        .map(Instance::address)
        .map(address -> new OwnerLocation(ownership.instance(), address, ownership.epoch()))
        .orElse(null);
  }

  /// The owner of a slot, by id.
  private record Ownership(String instance, long epoch) {}

  /// Applies the changes that the registry reports.
  private final class Follower implements PrefixListener {
    @Override
    public void onSnapshot(Map<String, Entry> entries) {
      synchronized (lock) {
        for (int slot = 0; slot < owners.length(); slot++) {
          tell(slot, entries.get(keys.key(slot)));
        }
        joinAll();
      }
      loaded = true;
    }

    @Override
    public void onChanges(List<Change> changes) {
      synchronized (lock) {
        for (Change change : changes) {
          int slot = keys.slot(change.key());
          if (slot >= 0) {
            tell(slot, change instanceof Change.Put put ? put.entry() : null);
            join(slot);
          }
        }
      }
    }
  }
}
