package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadReader;
import dev.carillon.message.conversation.ThreadView;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// Direct conversations of as many messages as a test says, all visible to everybody.
final class FakeThreadReader implements ThreadReader {
  private final Map<ConversationId, Long> lastSeqs = new HashMap<>();
  private final int bodyBytes;
  private int looks;
  private int reads;

  FakeThreadReader(int bodyBytes) {
    this.bodyBytes = bodyBytes;
  }

  synchronized void put(ConversationId conversation, long lastSeq) {
    lastSeqs.put(conversation, lastSeq);
  }

  /// How often it was asked how conversations look.
  synchronized int looks() {
    return looks;
  }

  /// How often messages were read.
  synchronized int reads() {
    return reads;
  }

  @Override
  public synchronized Map<ThreadKey, ThreadView> threads(Collection<ThreadKey> keys) {
    looks++;
    Map<ThreadKey, ThreadView> views = new HashMap<>();
    for (ThreadKey key : keys) {
      Long last = lastSeqs.get(key.conversation());
      if (last != null) {
        views.put(
            key,
            new ThreadView(key.conversation(), ConversationKind.DIRECT, "", "bob", last, 0, 0));
      }
    }
    return views;
  }

  @Override
  public synchronized Map<ThreadView, List<StoredMessage>> newest(
      Collection<ThreadView> threads, int limit) {
    reads++;
    Map<ThreadView, List<StoredMessage>> newest = new HashMap<>();
    for (ThreadView thread : threads) {
      newest.put(
          thread,
          LongStream.rangeClosed(Math.max(1, thread.lastSeq() - limit + 1), thread.lastSeq())
              .mapToObj(seq -> message(thread.conversation(), seq))
              .toList());
    }
    return newest;
  }

  private StoredMessage message(ConversationId conversation, long seq) {
    return new StoredMessage(
        conversation,
        new Place(seq, seq - 1, seq),
        "bob",
        new ClientMessageId(1, seq),
        Instant.EPOCH,
        MessageBody.of(BodyKind.TEXT, new byte[bodyBytes]),
        0);
  }
}
