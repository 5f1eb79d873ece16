package dev.carillon.message.append;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.SlotMoved;
import java.util.concurrent.atomic.AtomicLong;

/// A slot that is claimed, handed over and lost by turns, as the owner of a test wants it.
final class MovingSlot implements OwnedSlots {
  private final AtomicLong holding = new AtomicLong(1);
  private final AtomicLong serving = new AtomicLong(1);
  private long claimed = 1;

  void claim() {
    if (holding.get() == 0) {
      claimed++;
      holding.set(claimed);
      serving.set(claimed);
    }
  }

  /// Takes nothing new from now on.
  ///
  /// @return the epoch that ends, 0 when it was not served
  long release() {
    return serving.getAndSet(0);
  }

  void giveAway(long epoch) {
    holding.compareAndSet(epoch, 0);
  }

  void lose() {
    serving.set(0);
    holding.set(0);
  }

  @Override
  public boolean owns(int slot) {
    return serving.get() != 0;
  }

  @Override
  public long epoch(int slot) {
    return serving.get();
  }

  @Override
  public boolean holds(int slot, long epoch) {
    return holding.get() == epoch;
  }

  @Override
  public Refusal moved(int slot) {
    return SlotMoved.refusal(slot, "", 0);
  }
}
