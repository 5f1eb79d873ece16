package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// A [Registry] inside one JVM, for tests.
///
/// Keeps the same contract as etcd, but protects only against what happens within this process. Can
/// be cut off from its store by [#disconnect] to see what a service does without etcd.
public final class MemoryRegistry implements Registry {
  private static final Map<String, MemoryStore> SHARED = new ConcurrentHashMap<>();

  private final MemoryStore store;
  private final LongSupplier nanos;
  private final MemoryLeases leases = new MemoryLeases();
  private final List<Membership> sessions = new CopyOnWriteArrayList<>();
  private final List<MemoryWatch> watches = new CopyOnWriteArrayList<>();
  private volatile boolean reachable = true;

  private MemoryRegistry(MemoryStore store, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
  }

  /// A registry with a store of its own.
  public static MemoryRegistry create() {
    return new MemoryRegistry(new MemoryStore(), System::nanoTime);
  }

  /// A registry on the store that everybody in this JVM who gives the same name shares.
  public static MemoryRegistry shared(String name) {
    return new MemoryRegistry(
        SHARED.computeIfAbsent(name, any -> new MemoryStore()), System::nanoTime);
  }

  /// The config of an instance that joins the registry that everybody in this JVM who gives the
  /// same name shares.
  public static RegistryConfig config(String name, Duration leaseTimeToLive) {
    return new RegistryConfig(nanos -> shared(name), leaseTimeToLive);
  }

  /// Another registry on the same store, as another process would have it.
  ///
  /// @param nanos the monotonic clock by which it judges its leases, normally `System::nanoTime`
  public MemoryRegistry peer(LongSupplier nanos) {
    return new MemoryRegistry(store, nanos);
  }

  /// Lets every call fail and every watch fall silent until [#reconnect].
  public void disconnect() {
    reachable = false;
  }

  /// Ends the effect of [#disconnect].
  public void reconnect() {
    reachable = true;
    watches.forEach(MemoryWatch::load);
  }

  @Override
  public Membership join(Duration timeToLive) {
    Membership session = new Membership(leases, timeToLive, nanos).start();
    sessions.add(session);
    return session;
  }

  @Override
  public Subscription watch(String prefix, PrefixListener listener) {
    MemoryWatch watch = new MemoryWatch(prefix, listener);
    watches.add(watch);
    watch.load();
    return watch;
  }

  @Override
  public CompletableFuture<Void> deleteAll(Map<String, Long> createRevisions) {
    Map<String, Long> copy = Map.copyOf(createRevisions);
    return run(() -> store.deleteAll(copy));
  }

  @Override
  public void close() {
    sessions.forEach(Membership::close);
    watches.forEach(Subscription::close);
  }

  private CompletableFuture<Void> run(Runnable step) {
    return call(
            () -> {
              step.run();
              return true;
            })
        .thenAccept(done -> {});
  }

  private <T> CompletableFuture<T> call(Supplier<T> step) {
    return store.run(() -> {
      if (!reachable) {
        throw new RegistryException("the memory registry is disconnected");
      }
      return step.get();
    });
  }

  /// A watch that is told of every change of the store and picks those of its prefix.
  private final class MemoryWatch implements Subscription {
    private final String prefix;
    private final PrefixListener listener;
    private final Consumer<List<PrefixListener.Change>> watcher = this::onChanges;
    // Touched by the store's thread, read by others.
    private volatile boolean current;
    private volatile boolean closed;

    MemoryWatch(String prefix, PrefixListener listener) {
      this.prefix = prefix;
      this.listener = new GuardedListener(listener);
    }

    @Override
    public void close() {
      closed = true;
      watches.remove(this);
      store.removeWatcher(watcher);
    }

    void load() {
      CompletableFuture<Boolean> _ = store.run(this::snapshot);
    }

    private boolean snapshot() {
      if (!closed && reachable) {
        store.removeWatcher(watcher);
        store.addWatcher(watcher);
        current = true;
        listener.onSnapshot(store.list(prefix));
      }
      return current;
    }

    private void onChanges(List<PrefixListener.Change> changes) {
      if (!reachable) {
        current = false;
      } else if (!closed && current) {
        List<PrefixListener.Change> mine =
            changes.stream().filter(change -> change.key().startsWith(prefix)).toList();
        if (!mine.isEmpty()) {
          listener.onChanges(mine);
        }
      }
    }
  }

  /// The leases of the store as a session wants them.
  private final class MemoryLeases implements LeaseCalls {
    @Override
    public CompletableFuture<Grant> grant(Duration timeToLive) {
      return call(() -> store.grant(timeToLive));
    }

    @Override
    public CompletableFuture<Duration> keepAlive(long lease) {
      return call(() -> store.keepAlive(lease));
    }

    @Override
    public CompletableFuture<Void> revoke(long lease) {
      return run(() -> store.revoke(lease));
    }

    @Override
    public CompletableFuture<Void> put(long lease, String key, String value) {
      return run(() -> store.put(lease, key, value));
    }

    @Override
    public CompletableFuture<Map<String, Long>> createAll(long lease, Map<String, String> entries) {
      Map<String, String> copy = Map.copyOf(entries);
      return call(() -> store.createAll(lease, copy));
    }
  }
}
