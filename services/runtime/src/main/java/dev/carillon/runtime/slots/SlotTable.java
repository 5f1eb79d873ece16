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
  private final @Nullable Ownership[] known;
  // What is known of an epoch above this one was learned from a callee; what a callee reports of
  // an epoch up to it is out of date.
  private final long[] reportedUpTo;
  private final List<MoveListener> listeners = new ArrayList<>();
  private final Subscription members;
  private final Subscription watch;

  /// Follows the first so many slots only.
  SlotTable(Instances instances, String service, int slots) {
    this.keys = SlotKeys.of(service);
    this.instances = instances.of(service);
    this.owners = new AtomicReferenceArray<>(slots);
    this.known = new @Nullable Ownership[slots];
    this.reportedUpTo = new long[slots];
    this.members = this.instances.onChange(view -> joinAll());
    this.watch = instances.registry().watch(keys.prefix(), new Follower());
  }

  /// Follows the slots of `service` until closed.
  public static SlotTable follow(Instances instances, String service) {
    return new SlotTable(instances, service, Slots.COUNT);
  }

  @Override
  public Optional<OwnerLocation> ownerOf(int slot) {
    return Optional.ofNullable(owners.get(slot));
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

  @Override
  public void learn(SlotMoved moved) {
    int slot = moved.slot();
    synchronized (lock) {
      if (moved.owner().isEmpty() || moved.epoch() <= reportedUpTo[slot]) {
        return;
      }
      Ownership before = known[slot];
      if (before == null || before.epoch() < moved.epoch()) {
        known[slot] = new Ownership(moved.owner(), moved.epoch());
        join(slot);
      }
    }
  }

  @Override
  public Subscription onMove(MoveListener listener) {
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
    // Not under the lock: a thread that reports an instance holds the lock of the instances and
    // waits for this one.
    members.close();
    watch.close();
  }

  /// Takes over what the registry reports, unless a callee has reported a later owner.
  private void report(int slot, @Nullable Entry entry) {
    Ownership before = known[slot];
    long upTo = Math.max(reportedUpTo[slot], entry == null ? 0 : entry.createRevision());
    boolean later = before != null && before.epoch() > upTo;
    if (!later) {
      known[slot] = entry == null ? null : new Ownership(entry.value(), entry.createRevision());
    }
    if (entry != null) {
      reportedUpTo[slot] = entry.createRevision();
    }
  }

  private void joinAll() {
    synchronized (lock) {
      for (int slot = 0; slot < owners.length(); slot++) {
        join(slot);
      }
    }
  }

  private void join(int slot) {
    Ownership ownership = known[slot];
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
          report(slot, entries.get(keys.key(slot)));
        }
        joinAll();
      }
    }

    @Override
    public void onChanges(List<Change> changes) {
      synchronized (lock) {
        for (Change change : changes) {
          int slot = keys.slot(change.key());
          if (slot >= 0) {
            report(slot, change instanceof Change.Put put ? put.entry() : null);
            join(slot);
          }
        }
      }
    }
  }
}
