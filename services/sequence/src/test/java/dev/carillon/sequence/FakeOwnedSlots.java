package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.SlotMoved;

/// A table of slots in which all slots have the same owner, and a test decides who that is.
final class FakeOwnedSlots implements OwnedSlots {
  private volatile long epoch = 1;
  private volatile boolean serving = true;

  /// All slots belong to this instance, under a new epoch.
  void claim(long newEpoch) {
    epoch = newEpoch;
    serving = true;
  }

  /// A hand-over began: no new work, what was accepted may be finished.
  void release() {
    serving = false;
  }

  /// All slots belong to somebody else, whether this instance has heard of it or not.
  void lose() {
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
