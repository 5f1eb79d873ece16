package dev.carillon.runtime.slots;

import java.util.Optional;

/// Hears of every slot of a service that moves.
///
/// Calls come one at a time and in order, on a thread of the registry or of whoever reported a
/// move: an implementation must return quickly and never block.
@FunctionalInterface
public interface OwnerListener {
  /// The slot has this owner now; empty when nobody is known to own it.
  void onMoved(int slot, Optional<OwnerLocation> owner);
}
