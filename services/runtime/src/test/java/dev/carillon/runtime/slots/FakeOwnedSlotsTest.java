package dev.carillon.runtime.slots;

import dev.carillon.testing.FakeOwnedSlots;
import dev.carillon.testing.OwnedSlotsContract;

/// The fake keeps the promises of a real owner.
final class FakeOwnedSlotsTest extends OwnedSlotsContract {
  private final FakeOwnedSlots slots = new FakeOwnedSlots();
  private long epoch = 1;

  @Override
  protected OwnedSlots slots() {
    return slots;
  }

  @Override
  protected void claimAll() {
    epoch++;
    slots.claim(epoch);
  }

  @Override
  protected int release() {
    slots.release();
    return 0;
  }

  @Override
  protected void loseAll() {
    slots.lose();
  }
}
