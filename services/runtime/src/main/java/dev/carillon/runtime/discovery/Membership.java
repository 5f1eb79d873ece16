package dev.carillon.runtime.discovery;

import java.util.Optional;

/// The session of one process in the [Registry]: a lease that is kept alive and replaced when lost.
///
/// Everything registered here is written again under each new lease. Keys that were created through
/// a [Lease] end with it: their creator gets [MembershipListener#onLost] and claims again. May be
/// used from any thread.
public interface Membership extends AutoCloseable {
  /// The lease that is held now; empty before the first one and from the loss of one to the next.
  Optional<Lease> lease();

  /// Keeps `key` at `value` under the lease, from as soon as there is one until close. A second
  /// call for a key replaces its value.
  void register(String key, String value);

  /// Adds a listener; when a lease is held, the listener is called before this method returns.
  void addListener(MembershipListener listener);

  /// How many leases were lost so far, not counting the one given back by close.
  long leasesLost();

  /// Gives back the lease, so that all its keys vanish at once; waits a second at most for the
  /// store.
  @Override
  void close();
}
