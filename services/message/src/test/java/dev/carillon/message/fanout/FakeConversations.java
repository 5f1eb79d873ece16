package dev.carillon.message.fanout;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.store.FanOutMark;
import dev.carillon.message.store.FanOutStore;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.Slots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Groups in memory: an owner that commits messages, and what fan-out reads and marks of them.
final class FakeConversations implements FanOutStore {
  private final Shards shards = Shards.one();
  private static final int BODY_BYTES = 100;

  private final Map<ConversationId, Group> groups = new TreeMap<>();
  private final Set<ConversationId> pending = new HashSet<>();
  private final List<Integer> scans = new ArrayList<>();
  private boolean away;
  private int reads;
  private int looks;

  /// One group: its members, past ones too, and its messages.
  private static final class Group {
    private final Map<String, Member> members = new TreeMap<>();
    private final List<StoredMessage> messages = new ArrayList<>();
    private long fannedSeq;

    long lastSeq() {
      return messages.isEmpty() ? 0 : messages.getLast().seq();
    }
  }

  @Override
  public Shards shards() {
    return shards;
  }

  /// Makes every call fail until it is back.
  synchronized void setAway(boolean isAway) {
    away = isAway;
  }

  /// How often messages were read.
  synchronized int reads() {
    return reads;
  }

  /// The slots that were scanned, in order.
  synchronized List<Integer> scans() {
    return List.copyOf(scans);
  }

  /// How often a head was read.
  synchronized int looks() {
    return looks;
  }

  /// The newest message that is marked as done; -1 while something is marked as pending.
  synchronized long marked(ConversationId conversation) {
    return pending.contains(conversation) ? -1 : group(conversation).fannedSeq;
  }

  /// The newest message, 0 when there is none.
  synchronized long lastSeq(ConversationId conversation) {
    return group(conversation).lastSeq();
  }

  /// Commits a notice with which these users join.
  synchronized Committed join(ConversationId conversation, long epoch, String... users) {
    long seq = group(conversation).lastSeq() + 1;
    for (String user : users) {
      group(conversation).members.put(user, new Member(user, seq, 0, seq - 1, 0));
    }
    return commit(conversation, epoch, 1);
  }

  /// Commits a notice with which a user leaves.
  synchronized Committed leave(ConversationId conversation, long epoch, String user) {
    long seq = group(conversation).lastSeq() + 1;
    group(conversation).members.computeIfPresent(user, (same, member) -> member.left(seq));
    return commit(conversation, epoch, 1);
  }

  /// Commits messages.
  synchronized Committed commit(ConversationId conversation, long epoch, int count) {
    Group group = group(conversation);
    long before = group.lastSeq();
    List<TracedMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long prev = group.lastSeq();
      StoredMessage message = message(conversation, new Place(prev + 1, prev, prev + 1));
      group.messages.add(message);
      messages.add(new TracedMessage(message, "trace-" + message.seq()));
    }
    pending.add(conversation);
    List<Member> members =
        group.members.values().stream()
            .filter(member -> member.present() || member.leftSeq() > before)
            .toList();
    return new Committed(
        head(conversation, group), Slots.of(conversation.bytes()), epoch, members, messages);
  }

  private static StoredMessage message(ConversationId conversation, Place place) {
    return new StoredMessage(
        conversation,
        place,
        "ann",
        new ClientMessageId(1, place.seq()),
        Instant.EPOCH,
        MessageBody.of(BodyKind.TEXT, new byte[BODY_BYTES]),
        0);
  }

  private Group group(ConversationId conversation) {
    return groups.computeIfAbsent(conversation, added -> new Group());
  }

  /// A conversation as it is read: reading does not make it.
  private Group known(ConversationId conversation) {
    return groups.getOrDefault(conversation, new Group());
  }

  private static Head head(ConversationId conversation, Group group) {
    Profile profile = new Profile(ConversationKind.GROUP, "ann", "", "", HistoryPolicy.FROM_JOIN);
    return new Head(
        conversation, profile, 1, group.lastSeq(), group.messages.size(), group.fannedSeq);
  }

  @Override
  public synchronized List<Head> pending(int slot, Optional<ConversationId> after, int limit) {
    check();
    scans.add(slot);
    return pending.stream()
        .filter(id -> Slots.of(id.bytes()) == slot)
        .filter(id -> after.isEmpty() || id.compareTo(after.get()) > 0)
        .sorted()
        .limit(limit)
        .map(id -> head(id, group(id)))
        .toList();
  }

  @Override
  public synchronized Optional<Head> head(ConversationId conversation) {
    check();
    looks++;
    return Optional.ofNullable(groups.get(conversation)).map(group -> head(conversation, group));
  }

  @Override
  public synchronized List<Member> recipients(Head head, long afterSeq) {
    check();
    return known(head.id()).members.values().stream()
        .filter(member -> member.present() || member.leftSeq() > afterSeq)
        .toList();
  }

  @Override
  public synchronized List<StoredMessage> messages(
      ConversationId conversation, long afterSeq, int limit) {
    check();
    reads++;
    Stream<StoredMessage> messages = new ArrayList<>(known(conversation).messages).stream();
    return messages.filter(message -> message.seq() > afterSeq).limit(limit).toList();
  }

  @Override
  public synchronized void mark(List<FanOutMark> marks) {
    check();
    for (FanOutMark mark : marks) {
      Group group = group(mark.conversation());
      group.fannedSeq = Math.max(group.fannedSeq, mark.fannedSeq());
      if (group.fannedSeq >= group.lastSeq()) {
        pending.remove(mark.conversation());
      }
    }
  }

  private void check() {
    if (away) {
      throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "the store of the test is away");
    }
  }
}
