package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The keys and leases behind one or more [MemoryRegistry], all touched by one thread only.
///
/// The thread exists while there is something to do and is a daemon, so a store needs no closing.
final class MemoryStore {
  private final ScheduledExecutorService thread = newThread();
  private final TreeMap<String, Stored> entries = new TreeMap<>();
  private final Map<Long, Held> leases = new HashMap<>();
  private final List<Consumer<List<PrefixListener.Change>>> watchers = new CopyOnWriteArrayList<>();
  private long revision = 1;
  private long lastLease;

  private static ScheduledExecutorService newThread() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("carillon-memory-registry").daemon().factory());
    executor.setKeepAliveTime(5, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return Executors.unconfigurableScheduledExecutorService(executor);
  }

  /// Runs one step on the store's thread; all other methods are called only within such a step.
  <T> CompletableFuture<T> run(Supplier<T> step) {
    return CompletableFuture.supplyAsync(step, thread);
  }

  void addWatcher(Consumer<List<PrefixListener.Change>> watcher) {
    watchers.add(watcher);
  }

  void removeWatcher(Consumer<List<PrefixListener.Change>> watcher) {
    watchers.remove(watcher);
  }

  Map<String, Entry> list(String prefix) {
    Map<String, Entry> found = new TreeMap<>();
    for (Stored stored : entries.tailMap(prefix).values()) {
      if (!stored.entry().key().startsWith(prefix)) {
        break;
      }
      found.put(stored.entry().key(), stored.entry());
    }
    return found;
  }

  LeaseCalls.Grant grant(Duration timeToLive) {
    Held held = new Held(timeToLive);
    leases.put(++lastLease, held);
    watchOver(lastLease, held);
    return new LeaseCalls.Grant(lastLease, timeToLive);
  }

  Duration keepAlive(long lease) {
    Held held = leases.get(lease);
    if (held == null) {
      return Duration.ZERO;
    }
    held.expiresAt = System.nanoTime() + held.timeToLive.toNanos();
    return held.timeToLive;
  }

  void revoke(long lease) {
    Held held = leases.remove(lease);
    if (held != null) {
      revision++;
      List<PrefixListener.Change> changes = new ArrayList<>();
      held.keys.forEach(key -> remove(key, changes));
      tell(changes);
    }
  }

  void put(long lease, String key, String value) {
    Held held = require(lease);
    revision++;
    tell(List.of(write(lease, held, key, value)));
  }

  Map<String, Long> createAll(long lease, Map<String, String> wanted) {
    Held held = require(lease);
    revision++;
    Map<String, Long> created = new HashMap<>();
    List<PrefixListener.Change> changes = new ArrayList<>();
    wanted.forEach((key, value) -> {
      Stored existing = entries.get(key);
      if (existing == null) {
        changes.add(write(lease, held, key, value));
        created.put(key, revision);
      } else if (existing.lease() == lease && existing.entry().value().equals(value)) {
        created.put(key, existing.entry().createRevision());
      }
    });
    tell(changes);
    return created;
  }

  void deleteAll(Map<String, Long> createRevisions) {
    revision++;
    List<PrefixListener.Change> changes = new ArrayList<>();
    createRevisions.forEach((key, created) -> {
      Stored existing = entries.get(key);
      if (existing != null && existing.entry().createRevision() == created) {
        remove(key, changes);
      }
    });
    tell(changes);
  }

  private Held require(long lease) {
    Held held = leases.get(lease);
    if (held == null) {
      throw new RegistryException("lease " + Long.toHexString(lease) + " does not exist");
    }
    return held;
  }

  private PrefixListener.Change write(long lease, Held held, String key, String value) {
    Stored existing = entries.get(key);
    if (existing != null) {
      unbind(existing);
    }
    long created = existing == null ? revision : existing.entry().createRevision();
    Entry entry = new Entry(key, value, created);
    entries.put(key, new Stored(entry, lease));
    held.keys.add(key);
    return new PrefixListener.Change.Put(entry);
  }

  private void remove(String key, List<PrefixListener.Change> changes) {
    Stored removed = entries.remove(key);
    if (removed != null) {
      unbind(removed);
      changes.add(new PrefixListener.Change.Deleted(key));
    }
  }

  private void unbind(Stored stored) {
    Held held = leases.get(stored.lease());
    if (held != null) {
      held.keys.remove(stored.entry().key());
    }
  }

  private void tell(List<PrefixListener.Change> changes) {
    if (!changes.isEmpty()) {
      watchers.forEach(watcher -> watcher.accept(changes));
    }
  }

  private void watchOver(long lease, Held held) {
    long left = held.expiresAt - System.nanoTime();
    if (left <= 0) {
      revoke(lease);
    } else if (leases.containsKey(lease)) {
      ScheduledFuture<?> _ =
          thread.schedule(() -> watchOver(lease, held), left, TimeUnit.NANOSECONDS);
    }
  }

  private record Stored(Entry entry, long lease) {}

  /// A lease and the keys that end with it.
  private static final class Held {
    private final Duration timeToLive;
    private final Set<String> keys = new HashSet<>();
    private long expiresAt;

    Held(Duration timeToLive) {
      this.timeToLive = timeToLive;
      this.expiresAt = System.nanoTime() + timeToLive.toNanos();
    }
  }
}
