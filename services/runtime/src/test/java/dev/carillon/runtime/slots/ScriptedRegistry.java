package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Membership;
import dev.carillon.runtime.discovery.PrefixListener;
import dev.carillon.runtime.discovery.Registry;
import dev.carillon.runtime.discovery.Sessions;
import dev.carillon.runtime.discovery.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    return Sessions.outsider();
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
}
