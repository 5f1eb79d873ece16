package dev.carillon.message.fanout;

import com.google.common.collect.Iterables;
import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.mailbox.MailboxUpdate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The fan-out state of one conversation: what was committed, how far it is delivered and written
/// to mailboxes, and how far that is marked in the store.
///
/// New messages wait in memory. When there are too many, or when some are not known (after claiming
/// the slot, after a commit of unknown outcome), the state *collapses*: it drops them, and they are
/// read from the store, from the last position on, until that has caught up.
///
/// Delivery and mailbox updates go on side by side, each with one step under way at most, which is
/// what a claim stands for. Its own monitor guards the state; it calls nothing that locks, so it
/// may be called under the lock of its [SlotOwnership]. All times are monotonic.
final class ConversationFanOut {
  /// A position that only the stored mark says.
  static final long UNKNOWN = -1;

  private static final int BATCH_MESSAGES = 100;
  private static final int MAX_DEPARTED = 4_000;
  // A device that connected between a commit and its mailbox update learns of the message by its
  // first heartbeat, after 3 s.
  private static final int MEMBERS_THAT_COUNT = 2_000;
  private static final long NANOS_PER_MEMBER = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONG_AGO = TimeUnit.HOURS.toNanos(1);

  private final ConversationId conversation;
  private final int slot;
  private final long epoch;
  private final FanOutMemory memory;

  private final ArrayDeque<AddressedMessages> waiting = new ArrayDeque<>();
  private int waitingMessages;
  private boolean collapsed;
  private boolean delivering;
  private boolean updating;
  private boolean handedOver;
  private boolean ended;
  private int failures;

  // Positions, each the seq of a message: last >= delivered, written, marked.
  private long last;
  private long delivered;
  private long written;
  private long marked;

  // The mailboxes of `members` are to reach `target`; `departed` left between `written` and there.
  private long target;
  private List<Member> members = List.of();
  private final Map<String, Member> departed = new HashMap<>();

  private long updatedAt;
  private long changedAt;
  private long markedAt;

  /// What is to be delivered next of a conversation.
  sealed interface NextDelivery {
    /// Nothing for now; a later commit queues the conversation anew.
    record None() implements NextDelivery {}

    /// These messages, in order.
    record FromMemory(List<AddressedMessages> messages) implements NextDelivery {}

    /// Whatever the store holds beyond the newest messages delivered and written to the mailboxes,
    /// [#UNKNOWN] when only the stored mark says which they are.
    record FromStore(long delivered, long written) implements NextDelivery {}
  }

  /// Updates that bring the members' mailboxes up to message `target`; none when no member receives
  /// it.
  record MailboxStep(long target, List<MailboxUpdate> updates) {}

  /// A conversation whose messages after `position` are to be fanned out.
  ConversationFanOut(
      ConversationId conversation,
      int slot,
      long epoch,
      FanOutMemory memory,
      long position,
      long now) {
    this.conversation = conversation;
    this.slot = slot;
    this.epoch = epoch;
    this.memory = memory;
    this.last = Math.max(position, 0);
    this.collapsed = position == UNKNOWN;
    this.delivered = position;
    this.written = position;
    this.marked = position;
    this.target = position;
    this.updatedAt = now - LONG_AGO;
    this.changedAt = now;
    this.markedAt = now;
  }

  ConversationId conversation() {
    return conversation;
  }

  int slot() {
    return slot;
  }

  long epoch() {
    return epoch;
  }

  /// Takes over what was committed at `now`.
  synchronized void committed(Committed batch, long now) {
    long newest = batch.messages().getLast().message().seq();
    if (newest <= last) {
      return;
    }
    boolean gap = batch.messages().getFirst().message().prevSeq() != last;
    last = newest;
    changedAt = now;
    if (collapsed) {
      return;
    }
    int count = batch.messages().size();
    AddressedMessages added = AddressedMessages.of(batch, now);
    if (gap
        || waitingMessages + count > FanOutConfig.CONVERSATION_MESSAGES
        || departed.size() > MAX_DEPARTED
        || !memory.reserve(added.bytes())) {
      collapse();
      return;
    }
    waiting.add(added);
    waitingMessages += count;
    target = newest;
    replaceMembers(batch.members());
  }

  private void replaceMembers(List<Member> now) {
    if (!now.equals(members)) {
      for (Member member : members) {
        if (!member.present() && member.leftSeq() > written) {
          departed.put(member.userId(), member);
        }
      }
      members = now;
    }
  }

  /// Drops the messages in memory; they are read from the store instead.
  synchronized void collapse() {
    collapsed = true;
    discard();
  }

  synchronized boolean isCollapsed() {
    return collapsed;
  }

  /// Mailbox updates and the mark wait for no interval any more: the slot is being handed over.
  synchronized void handOver() {
    handedOver = true;
  }

  /// Ends fan-out: nothing more is begun for the conversation.
  synchronized void end() {
    ended = true;
    discard();
  }

  private void discard() {
    waiting.forEach(item -> memory.release(item.bytes()));
    waiting.clear();
    waitingMessages = 0;
  }

  /// Whether a delivery is to be begun, which the caller then has to do.
  synchronized boolean claimDelivery() {
    boolean claimed = !delivering && deliverable();
    delivering |= claimed;
    return claimed;
  }

  private boolean deliverable() {
    return !ended && (collapsed || !waiting.isEmpty());
  }

  /// How many users are looked up when all that waits in memory is broadcast.
  synchronized long lookUps() {
    return waiting.stream().mapToLong(AddressedMessages::lookUps).sum();
  }

  /// What is to be delivered next. Only for the holder of the claim, which ends when there is
  /// nothing.
  synchronized NextDelivery nextDelivery() {
    if (!deliverable()) {
      delivering = false;
      return new NextDelivery.None();
    }
    if (collapsed) {
      return new NextDelivery.FromStore(delivered, written);
    }
    List<AddressedMessages> next = new ArrayList<>();
    int count = 0;
    while (!waiting.isEmpty() && count < BATCH_MESSAGES) {
      AddressedMessages item = waiting.remove();
      memory.release(item.bytes());
      count += item.messages().size();
      next.add(item);
    }
    waitingMessages -= count;
    return new NextDelivery.FromMemory(next);
  }

  /// Takes over what the store says; the mailboxes are to reach the head.
  ///
  /// @param head the head as it is committed
  /// @param recipients the members then, and those who left after what the mailboxes have already
  synchronized void positioned(Head head, List<Member> recipients) {
    failures = 0;
    if (delivered == UNKNOWN) {
      delivered = head.fannedSeq();
      written = head.fannedSeq();
      marked = head.fannedSeq();
    }
    last = Math.max(last, head.lastSeq());
    target = Math.max(target, head.lastSeq());
    members = recipients;
    departed.clear();
  }

  /// Everything up to `seq` was handed to the gateways. Whether there is more to deliver, for which
  /// the claim is kept.
  synchronized boolean delivered(long seq) {
    delivered = Math.max(delivered, seq);
    if (collapsed && delivered >= last) {
      collapsed = false;
    }
    delivering = deliverable();
    return delivering;
  }

  /// Counts a failure of the store; gives the number of failures in a row.
  synchronized int failed() {
    return ++failures;
  }

  /// Whether an update of the mailboxes is to be begun, which the caller then has to do.
  synchronized boolean claimMailboxes() {
    boolean claimed = !updating && updatable();
    updating |= claimed;
    return claimed;
  }

  private boolean updatable() {
    return !ended && target > written;
  }

  /// How many mailboxes an update writes to.
  synchronized int size() {
    return members.size();
  }

  /// When the next update of the mailboxes is due: in the past for a conversation that was quiet,
  /// or whose slot is being handed over. Large groups are updated less often, for each update
  /// writes to every member's mailbox.
  ///
  /// @param interval from one update to the next, zero for none; the time per member adds to it
  synchronized long mailboxesDueAt(long interval) {
    long weight = Math.min(members.size(), MEMBERS_THAT_COUNT) * NANOS_PER_MEMBER;
    return interval == 0 || handedOver ? updatedAt : updatedAt + interval + weight;
  }

  /// The next update of the mailboxes, the same or more until it is written. Only for the holder of
  /// the claim, which ends when this is empty.
  synchronized Optional<MailboxStep> nextMailboxStep() {
    if (!updatable()) {
      updating = false;
      return Optional.empty();
    }
    List<MailboxUpdate> updates = new ArrayList<>(members.size() + departed.size());
    Set<String> updated = new HashSet<>();
    for (Member member : Iterables.concat(members, departed.values())) {
      long newest = member.present() ? target : Math.min(target, member.leftSeq());
      boolean concerned = newest > written && member.joinSeq() <= newest;
      if (concerned && updated.add(member.userId())) {
        updates.add(new MailboxUpdate(member.userId(), conversation, newest));
      }
    }
    return Optional.of(new MailboxStep(target, updates));
  }

  /// An update is durable at `now`. Whether there is another, for which the claim is kept.
  synchronized boolean written(long seq, long now) {
    written = Math.max(written, seq);
    departed.values().removeIf(member -> member.leftSeq() <= written);
    changedAt = now;
    updatedAt = now;
    updating = updatable();
    return updating;
  }

  /// Up to where fan-out is to be marked as complete now; empty while the mark is not due.
  synchronized OptionalLong markable(long now, FanOutConfig config) {
    long complete = Math.min(delivered, written);
    if (complete == UNKNOWN) {
      return OptionalLong.empty();
    }
    boolean due =
        complete >= last
            ? handedOver || now - changedAt >= config.idle().toNanos()
            : complete > marked && now - markedAt >= config.progress().toNanos();
    return due ? OptionalLong.of(complete) : OptionalLong.empty();
  }

  /// The store has the mark. Whether it covers everything, so that nothing is left to do.
  synchronized boolean marked(long seq, long now) {
    marked = Math.max(marked, seq);
    markedAt = now;
    return marked >= last && !collapsed && !delivering && !updating;
  }
}
