package dev.carillon.message.append;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.Slots;
import java.util.concurrent.atomic.AtomicLongArray;

/// Slots that a test gives and takes; all are owned at first, in epoch 1.
public final class FakeSlots implements OwnedSlots {
  private final AtomicLongArray epochs = new AtomicLongArray(Slots.COUNT);
  private final AtomicLongArray holding = new AtomicLongArray(Slots.COUNT);

  /// All slots are owned.
  public FakeSlots() {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      claim(slot, 1);
    }
  }

  /// The slot is owned from now on.
  public void claim(int slot, long epoch) {
    holding.set(slot, epoch);
    epochs.set(slot, epoch);
  }

  /// The slot is handed over: no new work, the work begun may end.
  public void release(int slot) {
    epochs.set(slot, 0);
  }

  /// The slot is gone at once.
  public void lose(int slot) {
    epochs.set(slot, 0);
    holding.set(slot, 0);
  }

  @Override
  public boolean owns(int slot) {
    return epochs.get(slot) != 0;
  }

  @Override
  public long epoch(int slot) {
    return epochs.get(slot);
  }

  @Override
  public boolean holds(int slot, long epoch) {
    return holding.get(slot) == epoch;
  }

  @Override
  public Refusal moved(int slot) {
    return SlotMoved.refusal(slot, "message-other", 99);
  }
}
