package dev.carillon.message.fanout;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.slots.SlotRange;
import dev.carillon.runtime.slots.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// One ownership of one slot, with the slot's conversations that are in fan-out.
///
/// Its monitor guards which conversations there are; each guards its own state. It is taken before
/// a conversation's, never after it. All times are monotonic and passed in.
final class SlotOwnership {
  private final int slot;
  private final long epoch;
  private final FanOutMemory memory;
  private final Map<ConversationId, ConversationFanOut> conversations = new HashMap<>();
  private boolean ended;
  // While false, an earlier owner may have left conversations undone that are not in the map.
  private boolean scanned;
  private boolean scanning;
  private int overflows;
  private @Nullable CompletableFuture<Void> released;

  /// The slots that this instance owns, as far as fan-out knows; thread-safe.
  static final class Table {
    private final AtomicReferenceArray<@Nullable SlotOwnership> slots =
        new AtomicReferenceArray<>(Slots.COUNT);
    private final FanOutMemory memory;

    Table(FanOutMemory memory) {
      this.memory = memory;
    }

    /// The present ownership of a slot, null when it is not owned.
    @Nullable SlotOwnership of(int slot) {
      return slots.get(slot);
    }

    /// The ownership of a slot in this epoch, null when it is not the present one.
    @Nullable SlotOwnership of(int slot, long epoch) {
      SlotOwnership present = slots.get(slot);
      return present != null && present.epoch == epoch ? present : null;
    }

    /// A new ownership, which ends the one before.
    SlotOwnership begin(int slot, long epoch) {
      SlotOwnership added = new SlotOwnership(slot, epoch, memory);
      replace(slot, added);
      return added;
    }

    /// Ends the present ownership of a slot.
    void end(int slot) {
      replace(slot, null);
    }

    private void replace(int slot, @Nullable SlotOwnership by) {
      SlotOwnership before = slots.getAndSet(slot, by);
      if (before != null) {
        before.end();
      }
    }

    /// Ends one ownership, but not the one that follows it.
    void release(SlotOwnership ownership) {
      slots.compareAndSet(ownership.slot, ownership, null);
      ownership.end();
    }

    /// Ends fan-out of a conversation whose work is void.
    void drop(ConversationFanOut conversation) {
      SlotOwnership ownership = of(conversation.slot(), conversation.epoch());
      if (ownership != null) {
        ownership.drop(conversation);
      }
    }

    /// All present ownerships of these slots.
    List<SlotOwnership> in(SlotRange range) {
      List<SlotOwnership> all = new ArrayList<>();
      for (int slot = range.from(); slot < range.to(); slot++) {
        SlotOwnership ownership = slots.get(slot);
        if (ownership != null) {
          all.add(ownership);
        }
      }
      return all;
    }
  }

  SlotOwnership(int slot, long epoch, FanOutMemory memory) {
    this.slot = slot;
    this.epoch = epoch;
    this.memory = memory;
  }

  int slot() {
    return slot;
  }

  synchronized boolean ended() {
    return ended;
  }

  /// The conversation of a commit, which takes the commit over. Empty when there is no room for it
  /// or the ownership has ended: then the pending mark alone remembers it.
  synchronized Optional<ConversationFanOut> committed(Committed batch, long now) {
    long before = batch.messages().getFirst().message().prevSeq();
    Optional<ConversationFanOut> found = find(batch.conversation(), before, now);
    found.ifPresent(conversation -> conversation.committed(batch, now));
    return found;
  }

  /// The conversation, which is to read from the store what it was not handed; empty likewise.
  synchronized Optional<ConversationFanOut> behind(ConversationId conversation, long now) {
    Optional<ConversationFanOut> found = undone(conversation, now);
    found.ifPresent(ConversationFanOut::collapse);
    return found;
  }

  /// A conversation that is marked as pending: as it is in fan-out already, or a new one that reads
  /// from the store; empty likewise.
  synchronized Optional<ConversationFanOut> undone(ConversationId conversation, long now) {
    return find(conversation, ConversationFanOut.UNKNOWN, now);
  }

  private Optional<ConversationFanOut> find(ConversationId conversation, long before, long now) {
    ConversationFanOut existing = conversations.get(conversation);
    if (existing != null || ended) {
      return Optional.ofNullable(existing);
    }
    if (!memory.reserveConversation()) {
      scanned = false;
      overflows++;
      return Optional.empty();
    }
    long position = scanned ? before : ConversationFanOut.UNKNOWN;
    ConversationFanOut added =
        new ConversationFanOut(conversation, slot, epoch, memory, position, now);
    if (released != null) {
      added.handOver();
    }
    conversations.put(conversation, added);
    return Optional.of(added);
  }

  /// The store has the mark of a conversation, which is dropped when that covers everything.
  synchronized void marked(ConversationFanOut conversation, long seq, long now) {
    if (conversation.marked(seq, now)) {
      drop(conversation);
    }
  }

  /// Ends fan-out of a conversation whose work is done or void.
  synchronized void drop(ConversationFanOut conversation) {
    if (conversations.remove(conversation.conversation(), conversation)) {
      conversation.end();
      memory.releaseConversations(1);
      settle();
    }
  }

  /// How often a commit found no room so far; for [#scanned].
  synchronized int overflows() {
    return overflows;
  }

  /// Whether a scan is to be begun, which the caller then has to do.
  synchronized boolean claimScan() {
    boolean claimed = !scanning && !ended;
    scanning |= claimed;
    return claimed;
  }

  /// As [#claimScan], for the holder of a claim as well.
  synchronized boolean resumeScan() {
    scanning = !ended;
    return scanning;
  }

  /// Whether every conversation left undone is in fan-out now, unless commits have found no room
  /// since the scan began. That ends the claim.
  ///
  /// @param complete whether the scan has found them all
  synchronized boolean scanned(boolean complete, int overflowsAtBegin) {
    scanned = complete && overflows == overflowsAtBegin;
    scanning = !scanned;
    return scanned;
  }

  /// The conversations of now.
  synchronized List<ConversationFanOut> conversations() {
    return new ArrayList<>(conversations.values());
  }

  /// Ends the ownership: nothing more is delivered, written or marked for its slot, beyond what is
  /// under way already.
  synchronized void end() {
    if (!ended) {
      ended = true;
      conversations.values().forEach(ConversationFanOut::end);
      memory.releaseConversations(conversations.size());
      conversations.clear();
      settle();
    }
  }

  /// Hands the slot over: completes when everything in fan-out is done and marked.
  synchronized CompletableFuture<Void> release() {
    if (released == null) {
      released = new CompletableFuture<>();
      conversations.values().forEach(ConversationFanOut::handOver);
    }
    settle();
    return released;
  }

  synchronized boolean releasing() {
    return released != null && !released.isDone();
  }

  private void settle() {
    if (released != null && conversations.isEmpty()) {
      released.complete(null);
    }
  }
}
