package dev.carillon.connection.session;

import dev.carillon.runtime.slots.Slots;
import java.util.concurrent.atomic.AtomicLongArray;

/// The newest epoch seen of every slot, so that deliveries from a former owner are rejected.
/// Thread-safe.
final class SlotEpochs {
  private final AtomicLongArray newest = new AtomicLongArray(Slots.COUNT);

  /// Whether deliveries of `slot` from its owner in `epoch` are to be handed over: no later epoch
  /// of the slot has been seen.
  boolean admits(int slot, long epoch) {
    return newest.accumulateAndGet(slot, epoch, Math::max) == epoch;
  }

  /// The newest epoch seen of `slot`.
  long newest(int slot) {
    return newest.get(slot);
  }
}
