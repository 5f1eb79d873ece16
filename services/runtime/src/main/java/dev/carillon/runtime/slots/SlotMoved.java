package dev.carillon.runtime.slots;

import dev.carillon.runtime.errors.Refusal;
import java.util.Map;
import java.util.Optional;

/// The content of the refusal [SlotReason#SLOT_MOVED].
///
/// @param slot the slot that was asked for
/// @param owner the id of the instance that owns it; empty when the refusing one does not know
/// @param epoch the owner's epoch; 0 when there is no owner
public record SlotMoved(int slot, String owner, long epoch) {
  private static final String SLOT = "slot";
  private static final String OWNER = "owner";
  private static final String EPOCH = "epoch";

  /// The refusal; an empty `owner` and epoch 0 when no owner is known.
  public static Refusal refusal(int slot, String owner, long epoch) {
    String shown = owner.isEmpty() ? "nobody at the moment" : owner;
    return new Refusal(
        SlotReason.SLOT_MOVED,
        "slot " + slot + " is not here (owner: " + shown + ")",
        Map.of(SLOT, Integer.toString(slot), OWNER, owner, EPOCH, Long.toString(epoch)));
  }

  /// What a refusal says; empty when it is for another reason or says nothing useful.
  public static Optional<SlotMoved> of(Refusal refusal) {
    if (!refusal.is(SlotReason.SLOT_MOVED)) {
      return Optional.empty();
    }
    Map<String, String> metadata = refusal.metadata();
    try {
      int slot = Integer.parseInt(metadata.getOrDefault(SLOT, ""));
      long epoch = Long.parseLong(metadata.getOrDefault(EPOCH, "0"));
      return Optional.of(new SlotMoved(slot, metadata.getOrDefault(OWNER, ""), epoch))
          .filter(moved -> slot >= 0 && slot < Slots.COUNT);
    } catch (NumberFormatException e) {
      // A peer of another release may write it otherwise; the slot table knows it in a moment.
      return Optional.empty();
    }
  }
}
