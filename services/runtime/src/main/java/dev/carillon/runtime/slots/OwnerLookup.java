package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Subscription;
import java.util.Optional;

/// Who owns the slots of a service, for those who call it; may be wrong at any moment.
///
/// Threads: any. Never blocks.
public interface OwnerLookup {
  /// The owner of a slot; empty while none is known, or not its address.
  Optional<OwnerLocation> ownerOf(int slot);

  /// Takes a callee's word for who owns the slot, if it is news.
  void learn(SlotMoved moved);

  /// Reports every known owner to `listener` before it returns, and every move from then on.
  ///
  /// @return ends the calls
  Subscription onMove(OwnerListener listener);
}
