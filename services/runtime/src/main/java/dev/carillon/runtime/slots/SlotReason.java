package dev.carillon.runtime.slots;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;

/// The reasons to refuse that every slotted service shares.
public enum SlotReason implements Reason {
  /// Another instance owns the slot, or no instance at the moment. Metadata: see [SlotMoved].
  SLOT_MOVED(Kind.UNAVAILABLE),
  /// No owner of the slot was found, or none answered, before the deadline; the outcome is unknown.
  SLOT_UNREACHABLE(Kind.UNAVAILABLE);

  private final Kind kind;

  SlotReason(Kind kind) {
    this.kind = kind;
  }

  /// Whether a refused call has to be made again, perhaps at another owner: the slot moved, or its
  /// owner is away or shutting down.
  public static boolean isOwnerGone(Refusal refusal) {
    return refusal.is(SLOT_MOVED)
        || refusal.is(RuntimeReason.PEER_UNAVAILABLE)
        || refusal.is(RuntimeReason.SHUTTING_DOWN);
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
