package dev.carillon.runtime.slots;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The slots that an instance holds: changed by its owner's thread, read by all without a lock.
final class SlotClaims {
  private final AtomicReferenceArray<@Nullable Claim> claims;

  /// @param slots how many there are
  SlotClaims(int slots) {
    this.claims = new AtomicReferenceArray<>(slots);
  }

  /// As [OwnedSlots#owns].
  boolean owns(int slot) {
    return epoch(slot) != 0;
  }

  /// As [OwnedSlots#epoch].
  long epoch(int slot) {
    Claim claim = claims.get(slot);
    return claim != null && claim.serving && claim.lease.isValid() ? claim.epoch : 0;
  }

  /// As [OwnedSlots#holds].
  boolean holds(int slot, long epoch) {
    Claim claim = claims.get(slot);
    return claim != null && claim.epoch == epoch && claim.lease.isValid();
  }

  /// What is held of a slot, be it served or not.
  @Nullable Claim get(int slot) {
    return claims.get(slot);
  }

  /// The slot is held from now on, and served once `told` has run.
  void begin(int slot, Claim claim, Runnable told) {
    claims.set(slot, claim);
    told.run();
    claim.serving = true;
  }

  /// The slot is held no longer.
  void end(int slot) {
    claims.set(slot, null);
  }

  /// Nothing is held any longer.
  ///
  /// @return what was
  Set<Integer> endAll() {
    Set<Integer> ended = new TreeSet<>();
    for (int slot = 0; slot < claims.length(); slot++) {
      if (claims.getAndSet(slot, null) != null) {
        ended.add(slot);
      }
    }
    return ended;
  }
}
