package dev.carillon.message.fanout;

import dev.carillon.runtime.slots.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The slots that this instance owns, as far as fan-out knows.
final class SlotOwnerships {
  private final AtomicReferenceArray<@Nullable SlotOwnership> slots =
      new AtomicReferenceArray<>(Slots.COUNT);
  private final FanOutMemory memory;

  SlotOwnerships(FanOutMemory memory) {
    this.memory = memory;
  }

  /// The present ownership of a slot, null when it is not owned.
  @Nullable SlotOwnership of(int slot) {
    return slots.get(slot);
  }

  /// The ownership of a slot in this epoch, null when it is not the present one.
  @Nullable SlotOwnership of(int slot, long epoch) {
    SlotOwnership present = slots.get(slot);
    return present != null && present.epoch() == epoch ? present : null;
  }

  /// A new ownership, which ends the one before.
  SlotOwnership begin(int slot, long epoch) {
    SlotOwnership added = new SlotOwnership(slot, epoch, memory);
    end(slots.getAndSet(slot, added));
    return added;
  }

  /// Ends the present ownership of a slot.
  void end(int slot) {
    end(slots.getAndSet(slot, null));
  }

  /// Ends one ownership, but not the one that follows it.
  void release(SlotOwnership ownership) {
    slots.compareAndSet(ownership.slot(), ownership, null);
    ownership.end();
  }

  private static void end(@Nullable SlotOwnership ownership) {
    if (ownership != null) {
      ownership.end();
    }
  }

  /// Ends fan-out of a conversation whose work is void.
  void drop(ConversationFanOut conversation) {
    SlotOwnership ownership = of(conversation.slot(), conversation.epoch());
    if (ownership != null) {
      ownership.drop(conversation);
    }
  }

  /// All present ownerships.
  List<SlotOwnership> all() {
    List<SlotOwnership> all = new ArrayList<>();
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      SlotOwnership ownership = slots.get(slot);
      if (ownership != null) {
        all.add(ownership);
      }
    }
    return all;
  }

  /// How many conversations are in fan-out.
  int conversations() {
    return memory.conversations();
  }
}
