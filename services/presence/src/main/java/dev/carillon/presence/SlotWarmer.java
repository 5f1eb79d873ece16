package dev.carillon.presence;

import dev.carillon.runtime.slots.SlotListener;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the directory of a claimed slot, fetches the copy of its previous owner, and closes it at
/// the end of the ownership.
final class SlotWarmer implements SlotListener {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWarmer.class);

  private final PresenceService service;
  private final DirectoryCopy copy;
  private final Semaphore turns;

  /// @param atOnce how many slots are fetched at the same time
  SlotWarmer(PresenceService service, DirectoryCopy copy, int atOnce) {
    this.service = service;
    this.copy = copy;
    this.turns = new Semaphore(atOnce);
  }

  @Override
  public void onClaimed(int slot, long epoch) {
    service.slotClaimed(slot, epoch);
    Thread.ofVirtual().name("presence-warm").start(() -> warm(slot, epoch));
  }

  private void warm(int slot, long epoch) {
    turns.acquireUninterruptibly();
    try {
      copy.take(slot, epoch).ifPresent(sessions -> service.slotWarmed(slot, epoch, sessions));
    } catch (CopyUnavailableException away) {
      LOG.debug("slot {} starts cold: {}", slot, away.getMessage());
    } finally {
      turns.release();
    }
  }

  @Override
  public CompletableFuture<Void> onReleasing(int slot) {
    service.slotReleased(slot);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onLost(Set<Integer> slots) {
    slots.forEach(service::slotReleased);
  }
}
