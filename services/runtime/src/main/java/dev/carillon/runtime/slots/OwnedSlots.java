package dev.carillon.runtime.slots;

import dev.carillon.runtime.errors.Refusal;

/// Which slots of a service this instance owns at this very moment.
///
/// All methods are lock-free, never block, and may be called from any thread, event loops included.
/// Ownership can end right after it was asked: it makes work fast and rarely doubled, but what must
/// never go wrong is fenced by the database (compare-and-set, or the epoch).
public interface OwnedSlots {
  /// Whether new work for the slot is welcome here.
  ///
  /// False as soon as a handover began, and as soon as the lease might have ended by the monotonic
  /// clock of this process, even when the registry cannot be reached or the process was stopped.
  boolean owns(int slot);

  /// The epoch of the slot while [#owns] it, else 0. Epochs of a slot only grow, over all owners.
  long epoch(int slot);

  /// Whether work that was accepted under `epoch` may still be finished: as [#owns], but also true
  /// during the handover that waits for it.
  boolean holds(int slot, long epoch);

  /// The refusal that sends a caller to the present owner of the slot, as far as it is known here.
  Refusal moved(int slot);

  /// Returns the epoch of the slot when this instance owns it.
  ///
  /// @throws Refusal with [SlotReason#SLOT_MOVED] when it does not
  default long require(int slot) {
    long epoch = epoch(slot);
    if (epoch == 0) {
      throw moved(slot);
    }
    return epoch;
  }
}
