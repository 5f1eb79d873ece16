package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.lifecycle.Health;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Claims this instance's share of a service's slots and hands them over when the share changes.
///
/// The share is decided by rendezvous hashing over the instances that are announced and not
/// draining. A slot changes hands without a moment of two owners: the old one stops, finishes and
/// deletes the key; only then can the next one create it. When an owner dies, its keys end with its
/// lease.
public final class SlotOwner implements OwnedSlots, AutoCloseable {
  private final String instance;
  private final Duration releaseAtMost;
  private final Instances instances;
  private final SlotClaimer claimer;
  private final SlotClaims claims;

  private SlotOwner(
      String instance, Duration releaseAtMost, Instances instances, SlotClaimer claimer) {
    this.instance = instance;
    this.releaseAtMost = releaseAtMost;
    this.instances = instances;
    this.claimer = claimer;
    this.claims = claimer.claims();
  }

  /// An owner that owns nothing until [#begin], so that a listener can be given it before it is
  /// called.
  ///
  /// @param service the slotted service's name
  /// @param instance the id under which this instance is announced
  /// @param releaseAtMost how long [SlotListener#onReleasing] may take before the slot is given
  ///   away all the same
  /// @param health gets the reason `slots` until the share is claimed for the first time, and
  ///   whenever there is no lease
  public static SlotOwner prepare(
      String service,
      String instance,
      Duration releaseAtMost,
      Instances instances,
      SlotListener listener,
      Health health) {
    SlotClaimer claimer =
        new SlotClaimer(service, instance, releaseAtMost, instances, listener, health);
    return new SlotOwner(instance, releaseAtMost, instances, claimer);
  }

  /// Begins to claim, once. Call it when the instance serves and is announced.
  public SlotOwner begin() {
    claimer.start();
    return this;
  }

  @Override
  public boolean owns(int slot) {
    return claims.owns(slot);
  }

  @Override
  public long epoch(int slot) {
    return claims.epoch(slot);
  }

  @Override
  public boolean holds(int slot, long epoch) {
    return claims.holds(slot, epoch);
  }

  @Override
  public Refusal moved(int slot) {
    Entry entry = claimer.seen(slot);
    if (entry == null || entry.value().equals(instance)) {
      return SlotMoved.refusal(slot, "", 0);
    }
    return SlotMoved.refusal(slot, entry.value(), entry.createRevision());
  }

  /// How many slots this instance owns now; for metrics.
  public int owned() {
    int owned = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      if (owns(slot)) {
        owned++;
      }
    }
    return owned;
  }

  /// How many slots are this instance's share; for metrics.
  public int share() {
    return claimer.share();
  }

  /// How many slots were handed over in order so far; for metrics.
  public long released() {
    return claimer.released();
  }

  /// How many slots were lost, with the lease or by a handover that took too long; for metrics.
  public long lost() {
    return claimer.lost();
  }

  /// Announces that this instance is draining and hands all slots over.
  ///
  /// @return completes when this instance holds no slot any more
  public CompletableFuture<Void> drain() {
    instances.drain(instance);
    return claimer.drain();
  }

  /// Drains, if it has begun, waiting no longer than twice the bound of a handover, and stops.
  @Override
  public void close() {
    if (!claimer.isStarted()) {
      return;
    }
    try {
      drain().get(2 * releaseAtMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The registry is away: the lease will end what could not be handed over.
    } finally {
      claimer.close();
    }
  }
}
