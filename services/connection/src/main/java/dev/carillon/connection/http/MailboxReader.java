package dev.carillon.connection.http;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Thread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Reads a whole mailbox: asks which threads have changed since the position's version, and then
/// for the messages of each, one thread after the other in the order of their versions, until the
/// limit is reached.
///
/// The version moves past a thread only when all of it was read, so the limit leaves nothing out.
record MailboxReader(MessageClient messages, String userId, int limit) implements Reader {
  /// A name that no device can have: those have no control characters.
  private static final String DEVICE = "\u0001rtm";

  private static final int THREADS = 50;

  @Override
  public void read(ReceivePosition from, Answer<Batch> answer) {
    SyncMailboxRequest request =
        SyncMailboxRequest.newBuilder()
            .setUserId(userId)
            .setDeviceId(DEVICE)
            .setAfterVersion(from.version())
            .setLimit(THREADS)
            .build();
    messages.syncMailbox(
        request, Answer.of(page -> new Pass(page, from, answer).next(), answer::refused));
  }

  /// One read on its way through the threads that have changed; each step follows the answer to the
  /// one before.
  private final class Pass {
    private final Iterator<ThreadChange> changes;
    private final boolean morePages;
    private final Answer<Batch> answer;
    private final List<Message> found = new ArrayList<>();
    private final Map<ByteString, Long> visibleAfter = new HashMap<>();
    private ReceivePosition position;
    private Thread current = Thread.getDefaultInstance();

    Pass(SyncMailboxResponse page, ReceivePosition from, Answer<Batch> answer) {
      this.changes = page.getChangesList().iterator();
      this.morePages = page.getChangesCount() >= THREADS;
      this.position = from;
      this.answer = answer;
    }

    void next() {
      while (changes.hasNext()) {
        current = changes.next().getThread();
        if (current.getLastSeq() > position.cursor(current.getConversationId())) {
          read();
          return;
        }
        position = position.atVersion(current.getVersion());
      }
      answer.answered(new Batch(found, position, morePages, visibleAfter));
    }

    private void read() {
      messages.listMessages(
          Reader.after(position, current.getConversationId(), userId, limit - found.size()),
          Answer.of(this::take, answer::refused));
    }

    private void take(ListMessagesResponse range) {
      found.addAll(range.getMessagesList());
      visibleAfter.putAll(Reader.visibleAfter(current.getConversationId(), range));
      if (range.getMessagesCount() > 0) {
        long last = range.getMessages(range.getMessagesCount() - 1).getSeq();
        position = position.after(current.getConversationId(), last);
      }
      if (!range.getHasMore()) {
        position = position.atVersion(current.getVersion());
      }
      if (found.size() >= limit) {
        boolean cut = range.getHasMore() || changes.hasNext() || morePages;
        answer.answered(new Batch(found, position, cut, visibleAfter));
      } else {
        next();
      }
    }
  }
}
