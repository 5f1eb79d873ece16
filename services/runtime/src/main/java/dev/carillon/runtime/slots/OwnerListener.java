package dev.carillon.runtime.slots;

import java.util.Optional;

/// The receiver of every move of a service's slots.
///
/// Calls come one at a time and in order, on a thread of the registry or on the thread that
/// reported a move: an implementation must return quickly and never block.
@FunctionalInterface
public interface OwnerListener {
  /// The slot has this owner now; empty when no owner is known.
  void onMoved(int slot, Optional<OwnerLocation> owner);
}
