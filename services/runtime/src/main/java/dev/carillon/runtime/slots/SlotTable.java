package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.PrefixListener;
import dev.carillon.runtime.discovery.PrefixWatch;
import dev.carillon.runtime.discovery.ServiceInstances;
import dev.carillon.runtime.discovery.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Where the slots of a service are at home, for those who call it.
///
/// Follows the registry, keeps the last view while it is away, and learns from refusals what the
/// registry has not told yet. It may be wrong at any moment: then the callee refuses with
/// [SlotReason#SLOT_MOVED] and nothing is lost. Reading is lock-free.
public final class SlotTable implements OwnerLookup, AutoCloseable {
  private final SlotKeys keys;
  private final ServiceInstances instances;
  private final AtomicReferenceArray<SlotHome> homes;

  private final Object lock = new Object();
  private final @Nullable Ownership[] told;
  private final @Nullable Ownership[] learned;
  // Whatever is learned up to this epoch is out of date: the registry has told of it already.
  private final long[] toldUpTo;
  private final List<SlotHomeListener> listeners = new ArrayList<>();
  private final List<Subscription> sources = new ArrayList<>();
  private volatile boolean loaded;

  private SlotTable(SlotKeys keys, ServiceInstances instances, int slots) {
    this.keys = keys;
    this.instances = instances;
    this.homes = new AtomicReferenceArray<>(slots);
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
    PrefixWatch watch = instances.registry().watch(table.keys.prefix(), table.new Follower());
    synchronized (table.lock) {
      table.sources.add(members);
      table.sources.add(watch::close);
    }
    return table;
  }

  /// Where the slot is at home; empty while nobody owns it or the owner's address is not known.
  @Override
  public Optional<SlotHome> homeOf(int slot) {
    return Optional.ofNullable(homes.get(slot));
  }

  /// Whether the registry told at least once.
  public boolean isLoaded() {
    return loaded;
  }

  /// How many slots have no known home; for metrics and readiness.
  public int homeless() {
    int homeless = 0;
    for (int slot = 0; slot < homes.length(); slot++) {
      if (homes.get(slot) == null) {
        homeless++;
      }
    }
    return homeless;
  }

  /// Blocks until the slot is at home elsewhere than at `from`, or `atMost` is over.
  void awaitMove(int slot, Optional<SlotHome> from, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (lock) {
      long left = atMost.toNanos();
      while (left > 0 && homeOf(slot).equals(from)) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = end - System.nanoTime();
      }
    }
  }

  /// Takes a callee's word for who owns the slot, if it is news.
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

  /// Tells `listener` of every known home before it returns, and of every move from then on.
  ///
  /// @return ends the calls
  @Override
  public Subscription onMove(SlotHomeListener listener) {
    synchronized (lock) {
      listeners.add(listener);
      for (int slot = 0; slot < homes.length(); slot++) {
        Optional<SlotHome> home = homeOf(slot);
        if (home.isPresent()) {
          listener.onMoved(slot, home);
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
    // Not under the lock: who is in the middle of telling this table holds theirs and waits for it.
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
      for (int slot = 0; slot < homes.length(); slot++) {
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
    Ownership owner = news != null ? news : told[slot];
    SlotHome home = owner == null ? null : home(owner);
    if (!Objects.equals(homes.getAndSet(slot, home), home)) {
      listeners.forEach(listener -> listener.onMoved(slot, Optional.ofNullable(home)));
      lock.notifyAll();
    }
  }

  private @Nullable SlotHome home(Ownership owner) {
    return instances
        .byId(owner.instance())
        .map(Instance::address)
        .map(address -> new SlotHome(owner.instance(), address, owner.epoch()))
        .orElse(null);
  }

  /// Who owns a slot, by id.
  private record Ownership(String instance, long epoch) {}

  /// Applies what the registry tells.
  private final class Follower implements PrefixListener {
    @Override
    public void onSnapshot(Map<String, Entry> entries) {
      synchronized (lock) {
        for (int slot = 0; slot < homes.length(); slot++) {
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
