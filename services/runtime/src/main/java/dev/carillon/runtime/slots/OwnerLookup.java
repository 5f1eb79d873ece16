package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Subscription;
import java.util.Optional;
import java.util.concurrent.Executor;

/// The owners of a service's slots, for its callers; may be out of date at any moment.
///
/// Threads: any. Never blocks.
public interface OwnerLookup {
  /// The owner of a slot; empty while none is known, or not its address.
  Optional<OwnerLocation> ownerOf(int slot);

  /// Takes over the owner that a callee reports, unless a later one is known.
  void learn(SlotMoved moved);

  /// Reports every known owner to `listener` before it returns, and every move from then on.
  ///
  /// @return ends the calls
  Subscription onMove(MoveListener listener);

  /// As [#onMove(MoveListener)], with every call on `executor`: for a listener that does more than
  /// the thread that reports a move, and holds the table's lock, should do.
  default Subscription onMove(Executor executor, MoveListener listener) {
    return onMove((slot, owner) -> executor.execute(() -> listener.onMoved(slot, owner)));
  }

  /// The receiver of every move of a service's slots.
  ///
  /// Calls come one at a time and in order, on a thread of the registry or on the thread that
  /// reported a move: an implementation must return quickly and never block.
  @FunctionalInterface
  interface MoveListener {
    /// The slot has this owner now; empty when no owner is known.
    void onMoved(int slot, Optional<OwnerLocation> owner);
  }
}
