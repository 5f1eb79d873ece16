package dev.carillon.runtime.stream;

import dev.carillon.runtime.discovery.Subscription;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.OwnerLookup;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.Slots;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One owner of all slots, which a test chooses; takes one listener.
final class FakeOwnerLookup implements OwnerLookup {
  private final AtomicLong epochs = new AtomicLong();
  private volatile @Nullable OwnerLocation owner;
  private volatile @Nullable MoveListener listener;
  private volatile @Nullable SlotMoved learned;

  /// The slots have this owner from now on; nobody hears of it yet.
  void moveQuietly(String address) {
    owner = new OwnerLocation(address, address, epochs.incrementAndGet());
  }

  /// The slots have this owner from now on, and the listener hears that this slot has.
  void move(int slot, String address) {
    moveQuietly(address);
    MoveListener current = listener;
    if (current != null) {
      current.onMoved(slot, ownerOf(slot));
    }
  }

  /// What a refusal said last.
  @Nullable SlotMoved learned() {
    return learned;
  }

  @Override
  public Optional<OwnerLocation> ownerOf(int slot) {
    return Optional.ofNullable(owner);
  }

  @Override
  public void learn(SlotMoved moved) {
    learned = moved;
  }

  @Override
  public Subscription onMove(MoveListener added) {
    listener = added;
    if (owner != null) {
      for (int slot = 0; slot < Slots.COUNT; slot++) {
        added.onMoved(slot, ownerOf(slot));
      }
    }
    return () -> listener = null;
  }
}
