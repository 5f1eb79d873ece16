package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Lease;
import dev.carillon.runtime.errors.Refusal;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The slots that an instance holds: changed by the thread of its [SlotOwner], read by all without
/// a lock.
///
/// A service is built before its server listens, and slots may only be claimed once it does: until
/// then nothing is held.
public final class SlotClaims implements OwnedSlots {
  final String instance;
  private final AtomicReferenceArray<@Nullable Claim> claims;
  private final AtomicReferenceArray<@Nullable Entry> seen;

  /// One slot held under one lease; `serving` is set by the owner's thread and read by all.
  static final class Claim {
    final Lease lease;
    final long epoch;
    volatile boolean serving;

    Claim(Lease lease, long epoch) {
      this.lease = lease;
      this.epoch = epoch;
    }
  }

  /// Nothing is held.
  ///
  /// @param instance the id under which the instance is announced
  public SlotClaims(String instance) {
    this(instance, Slots.COUNT);
  }

  SlotClaims(String instance, int slots) {
    this.instance = instance;
    this.claims = new AtomicReferenceArray<>(slots);
    this.seen = new AtomicReferenceArray<>(slots);
  }

  @Override
  public boolean owns(int slot) {
    return epoch(slot) != 0;
  }

  @Override
  public long epoch(int slot) {
    Claim claim = claims.get(slot);
    return claim != null && claim.serving && claim.lease.isValid() ? claim.epoch : 0;
  }

  @Override
  public boolean holds(int slot, long epoch) {
    Claim claim = claims.get(slot);
    return claim != null && claim.epoch == epoch && claim.lease.isValid();
  }

  @Override
  public Refusal moved(int slot) {
    Entry entry = seen.get(slot);
    return entry == null || entry.value().equals(instance)
        ? SlotMoved.refusal(slot, "", 0)
        : SlotMoved.refusal(slot, entry.value(), entry.createRevision());
  }

  /// How many slots are owned now; for metrics.
  public int owned() {
    int owned = 0;
    for (int slot = 0; slot < claims.length(); slot++) {
      owned += owns(slot) ? 1 : 0;
    }
    return owned;
  }

  /// The slot's entry in the registry as it was last seen; null when the slot has no owner.
  @Nullable Entry seen(int slot) {
    return seen.get(slot);
  }

  void see(int slot, @Nullable Entry entry) {
    seen.set(slot, entry);
  }

  /// What is held of a slot, be it served or not.
  @Nullable Claim get(int slot) {
    return claims.get(slot);
  }

  /// Whether the slot is held and not being handed over, whatever its lease says.
  boolean serves(int slot) {
    Claim claim = claims.get(slot);
    return claim != null && claim.serving;
  }

  /// The slot is held from now on, and served once `onClaimed` has run.
  void begin(int slot, Claim claim, Runnable onClaimed) {
    claims.set(slot, claim);
    onClaimed.run();
    claim.serving = true;
  }

  /// The slot is held no longer.
  void end(int slot) {
    claims.set(slot, null);
  }

  /// Nothing is held any longer.
  ///
  /// @return what was
  Set<Integer> endAll() {
    Set<Integer> ended = new TreeSet<>();
    for (int slot = 0; slot < claims.length(); slot++) {
      if (claims.getAndSet(slot, null) != null) {
        ended.add(slot);
      }
    }
    return ended;
  }
}
