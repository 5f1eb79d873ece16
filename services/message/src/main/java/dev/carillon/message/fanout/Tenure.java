package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One ownership of one slot, with the slot's conversations that are in fan-out.
///
/// Its monitor guards itself and all its lanes: a conversation has one writer and a few stages, so
/// that nobody waits long.
final class Tenure {
  private final int slot;
  private final long epoch;
  private final Load load;
  private final Map<ConversationId, Lane> lanes = new HashMap<>();
  private boolean ended;
  // While false, conversations without a lane may have been left undone by an earlier owner.
  private boolean scanned;
  private boolean scanning;
  private long scannedAt;
  private int overflows;
  private @Nullable CompletableFuture<Void> released;

  Tenure(int slot, long epoch, Load load) {
    this.slot = slot;
    this.epoch = epoch;
    this.load = load;
  }

  int slot() {
    return slot;
  }

  long epoch() {
    return epoch;
  }

  Load load() {
    return load;
  }

  synchronized boolean ended() {
    return ended;
  }

  /// The conversation's lane, which now knows of the commit. Empty when there is no room for it or
  /// the tenure has ended: then the pending mark alone remembers it.
  synchronized Optional<Lane> committed(Committed batch) {
    long before = batch.messages().getFirst().message().prevSeq();
    Optional<Lane> lane = lane(batch.conversation(), before);
    lane.ifPresent(found -> found.committed(batch));
    return lane;
  }

  /// The conversation's lane, which is to look into the store for what it does not know of.
  synchronized Optional<Lane> behind(ConversationId conversation) {
    Optional<Lane> lane = lane(conversation, Lane.UNKNOWN);
    lane.ifPresent(Lane::collapse);
    return lane;
  }

  /// The lane of a conversation that is marked as pending: the one it has already, or a new one
  /// that looks into the store. Empty when there is no room for it or the tenure has ended.
  synchronized Optional<Lane> undone(ConversationId conversation) {
    return lane(conversation, Lane.UNKNOWN);
  }

  private Optional<Lane> lane(ConversationId conversation, long before) {
    Lane existing = lanes.get(conversation);
    if (existing != null || ended) {
      return Optional.ofNullable(existing);
    }
    if (!load.takeLane()) {
      scanned = false;
      overflows++;
      return Optional.empty();
    }
    Lane lane = new Lane(conversation, this, scanned ? before : Lane.UNKNOWN);
    lanes.put(conversation, lane);
    return Optional.of(lane);
  }

  /// Forgets a lane whose work is done or void.
  synchronized void remove(Lane lane) {
    if (lanes.remove(lane.conversation(), lane)) {
      lane.leave();
      load.giveLanes(1);
    }
  }

  /// How often a commit found no room so far; for [#scanned].
  synchronized int overflows() {
    return overflows;
  }

  /// Whether a scan is to be queued, which is then taken as done.
  synchronized boolean claimScan() {
    boolean claimed = !scanning && !ended;
    scanning |= claimed;
    return claimed;
  }

  /// Notes that every conversation left undone has a lane now, unless commits found no room since
  /// the scan began. Says whether it is so, which ends the claim.
  synchronized boolean scanned(int overflowsAtBegin) {
    scanned = overflows == overflowsAtBegin;
    scanning = !scanned;
    scannedAt = System.nanoTime();
    return scanned;
  }

  /// Whether the last scan is longer ago than this.
  synchronized boolean scannedBefore(long now, long nanosAgo) {
    return scanned && now - scannedAt > nanosAgo;
  }

  /// The lanes of now.
  synchronized List<Lane> lanes() {
    return new ArrayList<>(lanes.values());
  }

  /// Ends the tenure: nothing more is delivered, noted or marked for its slot, beyond what is under
  /// way already.
  synchronized void end() {
    if (!ended) {
      ended = true;
      lanes.values().forEach(Lane::leave);
      load.giveLanes(lanes.size());
      lanes.clear();
      settle();
    }
  }

  /// Completes when everything in fan-out is done and marked.
  synchronized CompletableFuture<Void> release() {
    CompletableFuture<Void> result = released;
    if (result == null) {
      result = new CompletableFuture<>();
      released = result;
    }
    settle();
    return result;
  }

  synchronized boolean releasing() {
    return released != null && !released.isDone();
  }

  /// Completes the release when nothing is left.
  synchronized void settle() {
    if (released != null && lanes.isEmpty()) {
      released.complete(null);
    }
  }
}
