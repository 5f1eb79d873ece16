package dev.carillon.message.store;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.message.store.ConversationStore.ConversationAppend;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Conversations as their members see them, read from conversation tables in memory. Counts how
/// often it is asked.
public final class FakeThreadReader implements ThreadReader {
  private final FakeConversationStore store;
  private final MessageBody body;
  private int looks;
  private int reads;

  /// Conversations that [#put] makes, whose messages have bodies of so many bytes.
  public FakeThreadReader(int bodyBytes) {
    this(new FakeConversationStore(), bodyBytes);
  }

  FakeThreadReader(FakeConversationStore store, int bodyBytes) {
    this.store = store;
    this.body = MessageBody.of(BodyKind.TEXT, new byte[bodyBytes]);
  }

  /// Brings a direct conversation of the user with somebody up to this message; makes it when there
  /// is none.
  public void put(String user, ConversationId conversation, long lastSeq) {
    put(user, "somebody", conversation, lastSeq);
  }

  /// As [#put(String, ConversationId, long)], of these two users.
  public synchronized void put(
      String one, String other, ConversationId conversation, long lastSeq) {
    @Nullable Head before = store.heads(List.of(conversation)).get(conversation);
    long held = before == null ? 0 : before.lastSeq();
    if (lastSeq > held) {
      Profile profile = before == null ? Profile.direct(one, other) : before.profile();
      Head after = new Head(conversation, profile, 1, lastSeq, lastSeq, 0);
      List<StoredMessage> messages =
          LongStream.rangeClosed(held + 1, lastSeq)
              .mapToObj(seq -> message(conversation, seq))
              .toList();
      store.append(
          List.of(new ConversationAppend(before, after, messages, Map.of(), List.of())),
          () -> true);
    }
  }

  private StoredMessage message(ConversationId conversation, long seq) {
    return new StoredMessage(
        conversation,
        new Place(seq, seq - 1, seq),
        "somebody",
        new ClientMessageId(1, seq),
        Instant.EPOCH,
        body,
        0);
  }

  /// How often it was asked how conversations look.
  public synchronized int looks() {
    return looks;
  }

  /// How often messages were read.
  public synchronized int reads() {
    return reads;
  }

  @Override
  public synchronized Map<ThreadKey, ThreadView> threads(Collection<ThreadKey> keys) {
    looks++;
    Map<ThreadKey, ThreadView> views = new HashMap<>();
    Map<ConversationId, Head> heads =
        store.heads(keys.stream().map(ThreadKey::conversation).distinct().toList());
    for (ThreadKey key : keys) {
      @Nullable Head head = heads.get(key.conversation());
      @Nullable Member member = head == null ? null : member(head, key.userId());
      if (head != null && member != null) {
        views.put(key, ThreadView.of(head, member));
      }
    }
    return views;
  }

  private @Nullable Member member(Head head, String userId) {
    return head.profile().kind() == ConversationKind.GROUP
        ? store.memberships(head.id(), Set.of(userId)).get(userId)
        : Roster.direct(head.profile(), head.firstSeq()).find(userId).orElse(null);
  }

  @Override
  public synchronized Map<ThreadView, List<StoredMessage>> newest(
      Collection<ThreadView> threads, int limit) {
    reads++;
    Map<ThreadView, List<StoredMessage>> newest = new HashMap<>();
    for (ThreadView thread : threads) {
      List<StoredMessage> messages =
          store.range(
              thread.conversation(), thread.visibleAfterSeq(), thread.lastSeq() + 1, true, limit);
      if (!messages.isEmpty()) {
        newest.put(thread, messages);
      }
    }
    return newest;
  }
}
