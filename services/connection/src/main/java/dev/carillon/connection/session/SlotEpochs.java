package dev.carillon.connection.session;

import dev.carillon.runtime.slots.Slots;
import java.util.concurrent.atomic.AtomicLongArray;

/// The newest epoch seen of every slot, so that deliveries from a former owner are rejected.
final class SlotEpochs {
  private final AtomicLongArray newest = new AtomicLongArray(Slots.COUNT);

  /// Whether deliveries of `slot` from the owner of `epoch` are to be handed over. Any thread.
  boolean admits(int slot, long epoch) {
    return newest.accumulateAndGet(slot, epoch, Math::max) == epoch;
  }

  /// The newest epoch seen of `slot`.
  long newest(int slot) {
    return newest.get(slot);
  }
}
