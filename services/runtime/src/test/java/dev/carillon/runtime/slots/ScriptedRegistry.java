package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Lease;
import dev.carillon.runtime.discovery.Membership;
import dev.carillon.runtime.discovery.MembershipListener;
import dev.carillon.runtime.discovery.PrefixListener;
import dev.carillon.runtime.discovery.Registry;
import dev.carillon.runtime.discovery.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A registry without threads: it holds nothing and tells watches what the test says, on the test's
/// thread.
final class ScriptedRegistry implements Registry {
  private final Map<String, PrefixListener> listeners = new HashMap<>();

  /// Tells whoever watches this prefix.
  void tell(String prefix, PrefixListener.Change... changes) {
    PrefixListener listener = Objects.requireNonNull(listeners.get(prefix), prefix);
    listener.onChanges(List.of(changes));
  }

  @Override
  public Membership join(Duration timeToLive) {
    return new Outsider();
  }

  @Override
  public Subscription watch(String prefix, PrefixListener listener) {
    listeners.put(prefix, listener);
    listener.onSnapshot(Map.of());
    return () -> {};
  }

  @Override
  public CompletableFuture<Void> deleteAll(Map<String, Long> createRevisions) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}

  /// A process that never gets a lease.
  private record Outsider() implements Membership {
    @Override
    public Optional<Lease> lease() {
      return Optional.empty();
    }

    @Override
    public void register(String key, String value) {}

    @Override
    public void addListener(MembershipListener listener) {}

    @Override
    public long leasesLost() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
