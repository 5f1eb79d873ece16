package dev.carillon.runtime.slots;

import dev.carillon.runtime.errors.Refusal;
import org.jspecify.annotations.Nullable;

/// The slots of an instance that is still starting: none, until its owner begins to claim.
///
/// A service is built before its server listens, and slots may only be claimed once it does.
public final class DeferredSlots implements OwnedSlots {
  private volatile @Nullable OwnedSlots owner;

  /// Owns nothing yet.
  public DeferredSlots() {}

  /// From now on answers as `slotOwner` does.
  public void become(OwnedSlots slotOwner) {
    owner = slotOwner;
  }

  @Override
  public boolean owns(int slot) {
    OwnedSlots now = owner;
    return now != null && now.owns(slot);
  }

  @Override
  public long epoch(int slot) {
    OwnedSlots now = owner;
    return now == null ? 0 : now.epoch(slot);
  }

  @Override
  public boolean holds(int slot, long epoch) {
    OwnedSlots now = owner;
    return now != null && now.holds(slot, epoch);
  }

  @Override
  public Refusal moved(int slot) {
    OwnedSlots now = owner;
    return now == null ? SlotMoved.refusal(slot, "", 0) : now.moved(slot);
  }
}
