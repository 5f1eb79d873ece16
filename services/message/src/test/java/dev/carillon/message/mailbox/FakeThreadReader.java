package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
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
  private int reads;

  FakeThreadReader(int bodyBytes) {
    this.bodyBytes = bodyBytes;
  }

  void put(ConversationId conversation, long lastSeq) {
    lastSeqs.put(conversation, lastSeq);
  }

  /// How often messages were read.
  int reads() {
    return reads;
  }

  @Override
  public Map<ConversationId, ThreadView> threads(
      String userId, Collection<ConversationId> conversations) {
    Map<ConversationId, ThreadView> views = new HashMap<>();
    for (ConversationId conversation : conversations) {
      Long last = lastSeqs.get(conversation);
      if (last != null) {
        views.put(
            conversation,
            new ThreadView(conversation, ConversationKind.DIRECT, "", "bob", last, 0, 0));
      }
    }
    return views;
  }

  @Override
  public Map<ConversationId, List<StoredMessage>> newest(
      Collection<ThreadView> threads, int limit) {
    reads++;
    Map<ConversationId, List<StoredMessage>> newest = new HashMap<>();
    for (ThreadView thread : threads) {
      newest.put(
          thread.conversation(),
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
