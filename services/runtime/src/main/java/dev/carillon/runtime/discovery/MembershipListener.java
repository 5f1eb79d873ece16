package dev.carillon.runtime.discovery;

/// Hears when a [Membership] gets and loses its lease.
///
/// Calls come one at a time, alternating, starting with `onJoined`, on the thread that keeps the
/// lease alive: an implementation must return quickly and never block.
public interface MembershipListener {
  /// A lease was granted and everything registered was written under it.
  void onJoined(Lease lease);

  /// The lease may have ended; its keys are gone or will be very soon. Also called on close.
  void onLost(Lease lease);
}
