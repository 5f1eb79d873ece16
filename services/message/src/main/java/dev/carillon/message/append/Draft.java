package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.append.CachedConversation.RecentMessages;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.OwnedSlots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A conversation as it will be if the batch commits: the rules write into it, and nothing leaves
/// it before the commit.
///
/// Thrown away and made anew when the batch has to be planned again, so it holds no side effects.
final class Draft {
  final CachedConversation base;
  final List<Task> tasks;
  final List<Answered> answers = new ArrayList<>();
  private final NumberReservations numbers;
  private final Earlier earlier;
  private final Instant now;

  private @Nullable Profile profile;
  private Roster roster;
  private long firstSeq;
  private long lastSeq;
  private long count;

  private final List<TracedMessage> messages = new ArrayList<>();
  private final Map<MessageKey, StoredMessage> fresh = new HashMap<>();
  private final Map<Long, Long> recalls = new HashMap<>();
  private final Map<String, Member> changedMembers = new HashMap<>();
  private final List<Member> departed = new ArrayList<>();
  private boolean shortOfNumbers;
  private boolean overlooked;

  /// Whether its slot is still owned in the epochs in which its tasks were accepted.
  boolean isHeld(OwnedSlots slots) {
    return tasks.stream().allMatch(task -> slots.holds(task.slot, task.epoch));
  }

  /// The slot of its conversation.
  int slot() {
    return tasks.getFirst().slot;
  }

  /// What the database knows about the tasks of a batch.
  ///
  /// @param byKey messages found under the keys of tasks that asked for it
  /// @param targets messages that tasks refer to
  record Earlier(Map<MessageKey, StoredMessage> byKey, Map<MessageRef, StoredMessage> targets) {}

  /// A task and what to answer once the draft is committed.
  record Answered(Task task, Outcome outcome) {}

  /// @param tasks the batch's tasks for this conversation
  Draft(
      CachedConversation base,
      List<Task> tasks,
      NumberReservations numbers,
      Earlier earlier,
      Instant now) {
    this.base = base;
    this.tasks = tasks;
    this.numbers = numbers;
    this.earlier = earlier;
    this.now = now;
    Head head = base.head();
    this.profile = head == null ? null : head.profile();
    this.roster = base.roster();
    this.firstSeq = head == null ? 0 : head.firstSeq();
    this.lastSeq = head == null ? 0 : head.lastSeq();
    this.count = head == null ? 0 : head.messageCount();
  }

  ConversationId id() {
    return base.id();
  }

  /// What it is, as of this point of the draft; null while it does not exist.
  @Nullable Profile profile() {
    return profile;
  }

  Roster roster() {
    return roster;
  }

  /// Whether the numbers ran out: the draft is void, and has to be planned again when more are
  /// there.
  boolean shortOfNumbers() {
    return shortOfNumbers;
  }

  /// Whether a message was found that this process had written without learning of it, so that
  /// nobody fanned it out.
  boolean overlooked() {
    return overlooked;
  }

  boolean hasMessages() {
    return !messages.isEmpty();
  }

  int size() {
    return messages.size();
  }

  void answer(Task task, Outcome outcome) {
    answers.add(new Answered(task, outcome));
  }

  /// The message that the task was stored as before, if it was, with the answer to give; null when
  /// it is new.
  @Nullable Outcome repeatOf(Task task, @Nullable MessageBody body) {
    MessageKey key = task.change.key();
    StoredMessage stored = found(key);
    if (stored != null) {
      Outcome kept = kept(task, stored);
      return kept != null
          ? kept
          : repeat(key, stored.seq(), stored.prevSeq(), body == null || stored.body().equals(body));
    }
    RecentMessages.Recent recent = base.recent().find(key);
    if (recent == null) {
      return null;
    }
    return repeat(key, recent.seq(), recent.prevSeq(), body == null || recent.says(body));
  }

  /// The message that is stored under the key, as far as this batch or its look-up knows it.
  @Nullable StoredMessage found(MessageKey key) {
    StoredMessage mine = fresh.get(key);
    return mine == null ? earlier.byKey().get(key) : mine;
  }

  /// What was about to be answered when the message was written and its commit stayed in doubt;
  /// null when somebody else wrote it.
  @Nullable Outcome kept(Task task, StoredMessage found) {
    Outcome kept = task.kept(found);
    overlooked |= kept != null;
    return kept;
  }

  private static Outcome repeat(MessageKey key, long seq, long prevSeq, boolean sameBody) {
    return sameBody ? new Outcome.Stored(seq, prevSeq, true) : reused(key, seq);
  }

  /// The refusal of a key that names the message with the number `seq`, which says something else.
  static Outcome reused(MessageKey key, long seq) {
    return new Outcome.Refused(
        new Refusal(
            MessageError.CLIENT_ID_REUSED,
            "client_message_id: "
                + key.clientMessageId()
                + " (expected: one not used for another body, as for seq "
                + seq
                + ")"));
  }

  /// The message that a body refers to; null when there is none.
  @Nullable StoredMessage target(long seq) {
    return earlier.targets().get(new MessageRef(base.id(), seq));
  }

  boolean recalled(StoredMessage target) {
    return target.recalled() || recalls.containsKey(target.seq());
  }

  /// Changes what the conversation is, or begins it; its first message must follow.
  void become(Profile next) {
    profile = next;
  }

  /// Adds a message at the end.
  ///
  /// @return its place; null when the numbers ran out
  @Nullable Place append(MessageKey key, MessageBody body, String traceparent) {
    long seq = numbers.next(base.id(), lastSeq);
    if (seq == 0) {
      shortOfNumbers = true;
      return null;
    }
    Place place = new Place(seq, lastSeq, body.kind().countable() ? ++count : count);
    StoredMessage message =
        new StoredMessage(base.id(), place, key.sender(), key.clientMessageId(), now, body, 0);
    messages.add(new TracedMessage(message, traceparent));
    fresh.put(key, message);
    if (firstSeq == 0) {
      firstSeq = seq;
      if (existing().kind() == ConversationKind.DIRECT) {
        roster = Roster.direct(existing(), seq);
      }
    }
    lastSeq = seq;
    return place;
  }

  void recall(long targetSeq, long bySeq) {
    recalls.put(targetSeq, bySeq);
  }

  void join(List<Member> joined) {
    roster = roster.with(joined);
    joined.forEach(member -> changedMembers.put(member.userId(), member));
  }

  void leave(List<Member> left) {
    roster = roster.without(left);
    left.forEach(member -> changedMembers.put(member.userId(), member));
    departed.addAll(left);
  }

  /// The outcome of the commit is not known: if it turns out to have happened, these were the
  /// answers.
  void promise() {
    for (Answered answered : answers) {
      StoredMessage mine = fresh.get(answered.task().change.key());
      if (mine != null && !answered.outcome().duplicate()) {
        answered.task().promise(answered.outcome(), mine.seq());
      }
    }
  }

  /// What is to be written.
  ConversationStore.ConversationAppend toAppend() {
    return new ConversationStore.ConversationAppend(
        base.head(),
        head(),
        messages.stream().map(TracedMessage::message).toList(),
        recalls,
        List.copyOf(changedMembers.values()));
  }

  /// What is true after the commit.
  CachedConversation toCached() {
    if (!hasMessages()) {
      return base;
    }
    messages.forEach(message -> base.recent().add(message.message()));
    return base.moved(head(), roster);
  }

  /// What is reported to fan-out after the commit.
  Committed toCommitted() {
    return new Committed(head(), tasks.getFirst().slot, base.epoch(), recipients(), messages);
  }

  private List<Member> recipients() {
    if (departed.isEmpty()) {
      return roster.members();
    }
    Set<String> present = new HashSet<>();
    List<Member> recipients = new ArrayList<>(roster.members());
    roster.members().forEach(member -> present.add(member.userId()));
    departed.stream().filter(member -> present.add(member.userId())).forEach(recipients::add);
    return recipients;
  }

  private Head head() {
    long fanned = base.head() == null ? 0 : base.head().fannedSeq();
    return new Head(base.id(), existing(), firstSeq, lastSeq, count, fanned);
  }

  /// What it is, as of this point of the draft; it must exist.
  Profile existing() {
    if (profile == null) {
      throw new IllegalStateException(base.id() + " does not exist (expected: create first)");
    }
    return profile;
  }
}
