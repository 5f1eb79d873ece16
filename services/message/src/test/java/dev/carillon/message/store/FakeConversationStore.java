package dev.carillon.message.store;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.SlotRange;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The conversation tables in memory, with mishaps on demand.
public final class FakeConversationStore implements ConversationStore {
  private final Shards shards = Shards.one();
  private Shards actual = Shards.one();
  private final Map<ConversationId, Head> heads = new HashMap<>();
  private final Map<ConversationId, NavigableMap<Long, StoredMessage>> messages = new HashMap<>();
  private final Map<ConversationId, Map<String, Member>> members = new HashMap<>();
  private final Deque<Mishap> mishaps = new ArrayDeque<>();
  private int appends;
  private int reads;
  private Runnable beforeAppend = () -> {};
  private Runnable afterRange = () -> {};
  private Runnable afterMemberships = () -> {};

  /// What may go wrong with the next append.
  public enum Mishap {
    /// Nothing is written and the caller learns it.
    FAILS,
    /// It is written, and the caller does not learn it.
    COMMITS_SILENTLY,
    /// It is not written, and the caller does not learn it.
    VANISHES
  }

  /// Divides the conversations among these shards, and tells nobody.
  public synchronized void divide(SlotRange... ranges) {
    actual = new Shards(List.of(ranges));
  }

  @Override
  public Shards shards() {
    return shards;
  }

  public synchronized void next(Mishap... coming) {
    mishaps.addAll(List.of(coming));
  }

  /// From now on this happens before each append.
  public synchronized void beforeAppend(Runnable action) {
    beforeAppend = action;
  }

  /// This happens once, between the next range's being read and its being given back.
  public synchronized void afterNextRange(Runnable action) {
    afterRange = action;
  }

  /// This happens once, between the next memberships' being read and their being given back.
  public synchronized void afterNextMemberships(Runnable action) {
    afterMemberships = action;
  }

  public synchronized int appends() {
    return appends;
  }

  public synchronized int reads() {
    return reads;
  }

  /// All messages of a conversation, in seq order.
  public synchronized List<StoredMessage> all(ConversationId conversation) {
    return List.copyOf(of(conversation).values());
  }

  @Override
  public synchronized Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    reads++;
    if (mishaps.peek() == Mishap.FAILS) {
      mishaps.remove();
      throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "away");
    }
    Map<ConversationId, Head> found = new HashMap<>(heads);
    found.keySet().retainAll(Set.copyOf(conversations));
    return found;
  }

  @Override
  public synchronized Map<ConversationId, List<Member>> members(Collection<ConversationId> groups) {
    Map<ConversationId, List<Member>> found = new HashMap<>();
    for (ConversationId group : groups) {
      List<Member> present =
          members.getOrDefault(group, Map.of()).values().stream()
              .filter(Member::present)
              .sorted(Comparator.comparingLong(Member::joinSeq).thenComparingInt(Member::joinIndex))
              .toList();
      if (!present.isEmpty()) {
        found.put(group, present);
      }
    }
    return found;
  }

  @Override
  public Map<String, Member> memberships(ConversationId group, Collection<String> userIds) {
    Map<String, Member> found;
    Runnable after;
    synchronized (this) {
      reads++;
      found = new HashMap<>(members.getOrDefault(group, Map.of()));
      found.keySet().retainAll(Set.copyOf(userIds));
      after = afterMemberships;
      afterMemberships = () -> {};
    }
    after.run();
    return found;
  }

  @Override
  public synchronized Map<MessageKey, StoredMessage> find(Collection<MessageKey> keys) {
    reads++;
    Map<MessageKey, StoredMessage> found = new HashMap<>();
    for (MessageKey key : keys) {
      of(key.conversation()).values().stream()
          .filter(message -> message.key().equals(key))
          .forEach(message -> found.put(key, message));
    }
    return found;
  }

  @Override
  public synchronized Map<MessageRef, StoredMessage> at(Collection<MessageRef> places) {
    Map<MessageRef, StoredMessage> found = new HashMap<>();
    for (MessageRef place : places) {
      StoredMessage message = of(place.conversation()).get(place.seq());
      if (message != null) {
        found.put(place, message);
      }
    }
    return found;
  }

  @Override
  public List<StoredMessage> range(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit) {
    List<StoredMessage> range;
    Runnable after;
    synchronized (this) {
      reads++;
      range = stored(conversation, afterSeq, beforeSeq, newest, limit);
      after = afterRange;
      afterRange = () -> {};
    }
    after.run();
    return range;
  }

  private List<StoredMessage> stored(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit) {
    List<StoredMessage> range =
        of(conversation).values().stream()
            .filter(message -> afterSeq < message.seq() && message.seq() < beforeSeq)
            .map(message -> withdrawn(message, of(conversation).get(message.body().targetSeq())))
            .toList();
    int cut = Math.max(0, range.size() - limit);
    return newest ? range.subList(cut, range.size()) : range.subList(0, range.size() - cut);
  }

  @Override
  public synchronized AppendResult append(
      List<ConversationAppend> batch, BooleanSupplier mayCommit) {
    appends++;
    beforeAppend.run();
    Mishap mishap = mishaps.poll();
    if (mishap == Mishap.FAILS) {
      return new AppendResult.Failed(new IllegalStateException("away"));
    }
    if (mishap == Mishap.VANISHES) {
      return new AppendResult.Unknown(new IllegalStateException("cut off"));
    }
    if (actual.divide(batch, append -> append.after().id().slot()).size() > 1) {
      return new AppendResult.Divided();
    }
    Set<ConversationId> stale = new HashSet<>();
    for (ConversationAppend append : batch) {
      Head before = append.before();
      Head now = heads.get(append.after().id());
      if (before == null ? now != null : repeats(append)) {
        return new AppendResult.Repeated();
      }
      if (before != null && (now == null || now.lastSeq() != before.lastSeq())) {
        stale.add(before.id());
      }
    }
    if (!mayCommit.getAsBoolean()) {
      return new AppendResult.Withheld();
    }
    batch.stream().filter(append -> !stale.contains(append.after().id())).forEach(this::write);
    return mishap == Mishap.COMMITS_SILENTLY
        ? new AppendResult.Unknown(new IllegalStateException("cut off"))
        : new AppendResult.Written(stale);
  }

  private boolean repeats(ConversationAppend append) {
    Set<MessageKey> keys = new HashSet<>();
    of(append.after().id()).values().forEach(message -> keys.add(message.key()));
    return append.messages().stream().anyMatch(message -> !keys.add(message.key()));
  }

  private void write(ConversationAppend append) {
    ConversationId id = append.after().id();
    heads.put(id, append.after());
    NavigableMap<Long, StoredMessage> mine = of(id);
    append.messages().forEach(message -> mine.put(message.seq(), message));
    append
        .recalls()
        .forEach((target, by) ->
            mine.computeIfPresent(target, (seq, message) -> message.recalledBy(by)));
    Map<String, Member> group = members.computeIfAbsent(id, absent -> new HashMap<>());
    append.members().forEach(member -> group.put(member.userId(), member));
  }

  private static StoredMessage withdrawn(StoredMessage message, @Nullable StoredMessage target) {
    return message.body().kind() == BodyKind.EDIT && target != null && target.recalled()
        ? message.recalledBy(target.recalledBySeq())
        : message;
  }

  private NavigableMap<Long, StoredMessage> of(ConversationId conversation) {
    return messages.computeIfAbsent(conversation, absent -> new TreeMap<>());
  }

  /// A copy of the head as a second owner would see it, moved on by one message of somebody else.
  public synchronized void moveOn(ConversationId conversation, StoredMessage message) {
    Head head = heads.get(conversation);
    if (head == null) {
      throw new IllegalStateException(conversation + " does not exist");
    }
    of(conversation).put(message.seq(), message);
    heads.put(
        conversation,
        new Head(
            conversation,
            head.profile(),
            head.firstSeq(),
            message.seq(),
            message.place().ordinal(),
            head.fannedSeq()));
  }
}
