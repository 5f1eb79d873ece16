package dev.carillon.runtime.slots;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// A slotted service, as the [SlotOwner] calls it.
///
/// Calls come one at a time on the owner's thread and must return quickly without blocking; slow
/// work is started and goes on elsewhere.
public interface SlotListener {
  /// The slot belongs to this instance from now on; [OwnedSlots#holds] is true already, and
  /// [OwnedSlots#owns] becomes true when this returns.
  void onClaimed(int slot, long epoch);

  /// The slot goes to another instance. No new work is accepted any more; the result completes when
  /// all accepted work is finished, after which nothing may be written for the slot.
  ///
  /// When that takes longer than the bound given to the owner, the slot is given away all the same
  /// and [#onLost] is called.
  CompletableFuture<Void> onReleasing(int slot);

  /// These slots may belong to others already: stop at once and write nothing. Never empty.
  void onLost(Set<Integer> slots);
}
