package dev.carillon.runtime.discovery;

/// The receiver of a [Membership]'s events: its lease is granted, or lost.
///
/// Calls come one at a time, alternating, starting with `onJoined`, on the thread that keeps the
/// lease alive: an implementation must return quickly and never block.
public interface MembershipListener {
  /// A lease was granted and everything registered was written under it.
  void onJoined(Lease lease);

  /// The lease may have ended; its keys are gone or will be very soon. Also called on close.
  void onLost(Lease lease);
}
