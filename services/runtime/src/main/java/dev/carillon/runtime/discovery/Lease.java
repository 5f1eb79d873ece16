package dev.carillon.runtime.discovery;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// One lease of the registry: proof, by this process's own clock, that its keys still exist.
///
/// May be used from any thread.
public interface Lease {
  /// The store's number of this lease; never given twice.
  long id();

  /// Whether the lease certainly still exists.
  ///
  /// Computed from the time at which the last successful keep-alive was *sent*, its time to live, a
  /// safety margin and the monotonic clock, so it is false in time even when the store is out of
  /// reach or this process was stopped and has just woken up. Costs one volatile read and one clock
  /// reading.
  boolean isValid();

  /// Creates each key that does not exist, under this lease, and leaves the others alone.
  ///
  /// Not atomic over all keys. Safe to repeat: a key that this lease already holds with the same
  /// value counts as created. Fails with [RegistryException] when the lease no longer exists.
  ///
  /// @return the create revision of each key that this lease now holds; absent are those held by
  ///   others
  CompletableFuture<Map<String, Long>> createAll(Map<String, String> entries);
}
