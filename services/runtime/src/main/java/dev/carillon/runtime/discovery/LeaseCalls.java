package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What a store must offer so that a [Membership] can hold a lease in it.
///
/// No call blocks; futures fail with [RegistryException].
interface LeaseCalls {
  CompletableFuture<Grant> grant(Duration timeToLive);

  /// Prolongs the lease by its time to live; the result is zero when the lease does not exist.
  CompletableFuture<Duration> keepAlive(long lease);

  /// Ends the lease and deletes its keys; also succeeds when it does not exist.
  CompletableFuture<Void> revoke(long lease);

  CompletableFuture<Void> put(long lease, String key, String value);

  /// As [Lease#createAll].
  CompletableFuture<Map<String, Long>> createAll(long lease, Map<String, String> entries);

  /// A lease as the store granted it.
  record Grant(long lease, Duration timeToLive) {}
}
