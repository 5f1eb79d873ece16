package dev.carillon.runtime.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The instances of one service as the registry last reported them, ordered by id.
///
/// Keeps the last known view while the registry is away. Reading is lock-free.
public final class ServiceInstances implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceInstances.class);

  private final Object lock = new Object();
  private final Map<String, Instance> byKey = new TreeMap<>();
  private final List<Consumer<List<Instance>>> listeners = new ArrayList<>();
  private volatile List<Instance> current = List.of();
  private volatile boolean loaded;
  private volatile Subscription watch = () -> {};

  private ServiceInstances() {}

  static ServiceInstances follow(Registry registry, String service) {
    ServiceInstances view = new ServiceInstances();
    view.watch = registry.watch(Instance.keyPrefix(service), view.new Follower());
    return view;
  }

  /// A view that never changes, of instances that no registry knows.
  static ServiceInstances fixed(String service, List<String> addresses) {
    ServiceInstances view = new ServiceInstances();
    view.current =
        addresses.stream()
            .map(address -> new Instance(service, address, address, address, false))
            .toList();
    view.loaded = true;
    return view;
  }

  /// All instances, draining ones too; immutable.
  public List<Instance> current() {
    return current;
  }

  /// The instances that take new work.
  public List<Instance> serving() {
    return current.stream().filter(instance -> !instance.draining()).toList();
  }

  /// The instance with this id, draining or not.
  public Optional<Instance> byId(String id) {
    return current.stream().filter(instance -> instance.id().equals(id)).findFirst();
  }

  /// Whether the registry has reported at least once; before that [#current] is empty.
  public boolean isLoaded() {
    return loaded;
  }

  /// Calls `listener` with every new view, and before returning with the present one if it is
  /// loaded.
  ///
  /// Calls come one at a time, in order, on a thread of the registry; a listener must not block.
  ///
  /// @return ends the calls
  public Subscription onChange(Consumer<List<Instance>> listener) {
    synchronized (lock) {
      listeners.add(listener);
      if (loaded) {
        listener.accept(current);
      }
    }
    return () -> {
      synchronized (lock) {
        listeners.remove(listener);
      }
    };
  }

  @Override
  public void close() {
    watch.close();
  }

  private void publish() {
    current = List.copyOf(byKey.values());
    loaded = true;
    for (Consumer<List<Instance>> listener : List.copyOf(listeners)) {
      listener.accept(current);
    }
  }

  private void put(Entry entry) {
    try {
      byKey.put(entry.key(), Instance.ofJson(entry.value()));
    } catch (RuntimeException e) {
      // Gson throws all kinds; one bad value must not hide the good ones.
      LOG.warn("{} is not an instance and is ignored: {}", entry.key(), entry.value(), e);
      byKey.remove(entry.key());
    }
  }

  /// Applies the changes that the registry reports.
  private final class Follower implements PrefixListener {
    @Override
    public void onSnapshot(Map<String, Entry> entries) {
      synchronized (lock) {
        byKey.clear();
        entries.values().forEach(ServiceInstances.this::put);
        publish();
      }
    }

    @Override
    public void onChanges(List<Change> changes) {
      synchronized (lock) {
        for (Change change : changes) {
          switch (change) {
            case Change.Put put -> put(put.entry());
            case Change.Deleted deleted -> byKey.remove(deleted.key());
          }
        }
        publish();
      }
    }
  }
}
