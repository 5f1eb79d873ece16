package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The port to the small, consistent store in which instances find each other (etcd in production).
///
/// Threads: every method may be called from any thread and returns at once. Futures complete on a
/// thread of the registry that must not be blocked. Errors: a future fails with [RegistryException]
/// when the store did not answer in time or refused; the effect of the call is then unknown, and
/// calling again is safe for every method. Order: a call that completed is seen by every call and
/// every watch that starts later.
public interface Registry extends AutoCloseable {
  /// Starts a session whose keys live as long as this process keeps it alive.
  ///
  /// Returns before the store was reached; the session keeps trying until it is closed.
  ///
  /// @param timeToLive how long keys outlive this process; etcd rounds it up to whole seconds, and
  ///   to one and a half of its election timeouts
  Membership join(Duration timeToLive);

  /// Follows all keys that start with `prefix` until the result is closed.
  ///
  /// The listener first gets a snapshot, then changes. After a disconnection that lost changes it
  /// gets another snapshot; while the store is away it hears nothing and keeps what it knows.
  Subscription watch(String prefix, PrefixListener listener);

  /// Deletes each key that still has the given create revision and leaves the others alone.
  ///
  /// When the future completes, none of these keys exists with that revision. Not atomic over all
  /// keys.
  CompletableFuture<Void> deleteAll(Map<String, Long> createRevisions);

  /// Ends all watches and sessions, and gives back the leases when the store can be reached.
  @Override
  void close();
}
