package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Subscription;
import java.util.Optional;

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
  Subscription onMove(OwnerListener listener);
}
