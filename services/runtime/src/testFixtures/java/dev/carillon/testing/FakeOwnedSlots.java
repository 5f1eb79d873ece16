package dev.carillon.testing;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.SlotMoved;

/// Slots that all have the same owner, which a test chooses: at first this instance, in epoch 1.
public final class FakeOwnedSlots implements OwnedSlots {
  private volatile long epoch = 1;
  private volatile boolean serving = true;

  /// All slots are owned.
  public FakeOwnedSlots() {}

  /// All slots belong to this instance.
  ///
  /// @param newEpoch greater than every epoch before
  public void claim(long newEpoch) {
    epoch = newEpoch;
    serving = true;
  }

  /// A handover began: no new work, what was accepted may be finished.
  public void release() {
    serving = false;
  }

  /// All slots belong to another instance, whether this one has heard of it or not.
  public void lose() {
    serving = false;
    epoch = 0;
  }

  @Override
  public boolean owns(int slot) {
    return serving;
  }

  @Override
  public long epoch(int slot) {
    return serving ? epoch : 0;
  }

  @Override
  public boolean holds(int slot, long asked) {
    return epoch != 0 && epoch == asked;
  }

  @Override
  public Refusal moved(int slot) {
    return SlotMoved.refusal(slot, "other", epoch + 1);
  }
}
