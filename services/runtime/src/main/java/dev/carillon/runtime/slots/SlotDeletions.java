package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Registry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The slot keys that an owner gives up: those to delete, each at its epoch, and those known to be
/// gone.
///
/// Keys that are given up while one deletion runs go into the next. Touched by the owner's thread
/// only.
final class SlotDeletions {
  private final Registry registry;
  private final SlotKeys keys;
  private final Executor ownerThread;
  private final Runnable onFailure;
  private final Map<String, Long> waiting = new HashMap<>();
  // Epochs up to these are gone, though the watch may not have reported it yet.
  private final long[] goneUpTo = new long[Slots.COUNT];
  private boolean underWay;

  /// @param ownerThread where answers of the registry are taken in
  /// @param onFailure called there when a deletion failed and has to be flushed again
  SlotDeletions(Registry registry, SlotKeys keys, Executor ownerThread, Runnable onFailure) {
    this.registry = registry;
    this.keys = keys;
    this.ownerThread = ownerThread;
    this.onFailure = onFailure;
  }

  void add(int slot, long epoch) {
    waiting.merge(keys.key(slot), epoch, Math::max);
  }

  /// Whether the key of this epoch is known to be deleted.
  boolean isGone(int slot, long epoch) {
    return epoch <= goneUpTo[slot];
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// Starts deleting all that wait, unless a deletion is under way.
  void flush() {
    if (underWay || waiting.isEmpty()) {
      return;
    }
    underWay = true;
    Map<String, Long> batch = Map.copyOf(waiting);
    registry
        .deleteAll(batch)
        .whenComplete((done, failure) -> ownerThread.execute(() -> deleted(batch, failure)));
  }

  /// Forgets what waits: its keys end with the lease that was lost.
  void clear() {
    waiting.clear();
  }

  /// Forgets what is gone: with a new lease nothing of the time before is left, and an etcd that
  /// lost its data counts from one again.
  void forgetGone() {
    Arrays.fill(goneUpTo, 0);
  }

  private void deleted(Map<String, Long> batch, @Nullable Throwable failure) {
    underWay = false;
    if (failure != null) {
      onFailure.run();
      return;
    }
    batch.forEach((key, epoch) -> {
      waiting.remove(key, epoch);
      int slot = keys.slot(key);
      goneUpTo[slot] = Math.max(goneUpTo[slot], epoch);
    });
  }
}
