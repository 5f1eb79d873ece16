package dev.carillon.client;

import com.google.protobuf.ByteString;
import dev.carillon.client.transport.Backoff;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Thread;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Passes messages to the listener in order, once and without gaps, for any order of arrival.
///
/// All work of one client is done one piece at a time on a thread that may block: a delivery, or a
/// whole sync. A message whose `prev_seq` is above the cursor of its conversation has to wait until
/// the range between has been pulled. The cursor moves after the listener returned.
///
/// An answer says up to where nothing is visible to this user any more: one who was removed and
/// added again does not see what was said before. That counts as passed over, and so does a message
/// of that stretch that was delivered before and has waited: under the membership of now it is not
/// to be read, and what lies before it is never to come.
final class Inbox {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(30);
  private static final int PULL_LIMIT = 200;

  private final CursorStore cursors;
  private final MessageListener listener;
  private final InitialHistory initialHistory;
  private final Source source;
  private final CountDownLatch closing = new CountDownLatch(1);

  /// The port through which the inbox asks the server. Calls block; they throw [CarillonException].
  interface Source {
    /// The messages of a conversation with `afterSeq < seq < beforeSeq`, the first ones.
    ListMessagesResponse pull(ByteString conversationId, long afterSeq, long beforeSeq, int limit);

    /// One page of a sync; an empty token asks for the first.
    SyncMailboxResponse page(long afterVersion, ByteString token, int messagesPerThread);
  }

  Inbox(
      CursorStore cursors, MessageListener listener, InitialHistory initialHistory, Source source) {
    this.cursors = cursors;
    this.listener = listener;
    this.initialHistory = initialHistory;
    this.source = source;
  }

  /// Takes in one delivered message and what is missing before it.
  void take(Message message) {
    ByteString conversationId = message.getConversationId();
    if (message.getSeq() <= cursor(conversationId)) {
      return;
    }
    pullUpTo(conversationId, message.getPrevSeq(), 0);
    hand(message);
  }

  /// Runs one sync over all pages.
  ///
  /// A mailbox whose version is below ours is one that was restored from a backup: the server then
  /// lists every thread it has. It may assign the lost numbers again, so every cursor moves back to
  /// where the server is; otherwise the new messages would pass for old ones.
  ///
  /// @return the version up to which the device is complete now
  long sync(int messagesPerThread) {
    long after = cursors.mailboxVersion();
    Set<ConversationId> known = new HashSet<>();
    ByteString token = ByteString.EMPTY;
    while (true) {
      SyncMailboxResponse page = source.page(after, token, messagesPerThread);
      boolean restored = page.getVersion() < after;
      for (ThreadChange change : page.getChangesList()) {
        if (restored) {
          known.add(moveBack(change.getThread()));
        }
        take(change);
      }
      token = page.getNextPageToken();
      if (token.isEmpty()) {
        if (restored) {
          cursors.forgetAllBut(known);
        }
        if (page.getVersion() != cursors.mailboxVersion()) {
          cursors.completeUpTo(page.getVersion());
        }
        return cursors.mailboxVersion();
      }
    }
  }

  void close() {
    closing.countDown();
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  private void take(ThreadChange change) {
    Thread thread = change.getThread();
    ByteString conversationId = thread.getConversationId();
    long last = lastVisible(thread);
    if (last <= cursor(conversationId)) {
      return;
    }
    List<Message> newest = change.getMessagesList();
    long joint = newest.isEmpty() ? last : newest.getFirst().getPrevSeq();
    pullUpTo(conversationId, joint, thread.getVisibleAfterSeq());
    newest.forEach(this::hand);
    if (!newest.isEmpty() && newest.getLast().getSeq() < last) {
      pullUpTo(conversationId, last, thread.getVisibleAfterSeq());
    }
  }

  private ConversationId moveBack(Thread thread) {
    ConversationId id = ConversationId.of(thread.getConversationId().toByteArray());
    long last = lastVisible(thread);
    if (cursors.lastSeq(id).orElse(0) > last) {
      cursors.processed(id, last);
    }
    return id;
  }

  private static long lastVisible(Thread thread) {
    return thread.hasLeftSeq()
        ? Math.min(thread.getLeftSeq(), thread.getLastSeq())
        : thread.getLastSeq();
  }

  /// Fetches and passes on all missing messages up to and including `seq`.
  private void pullUpTo(ByteString conversationId, long seq, long visibleAfterSeq) {
    if (seq <= Math.max(cursor(conversationId), visibleAfterSeq) || skipsPast(conversationId)) {
      return;
    }
    while (cursor(conversationId) < seq) {
      ListMessagesResponse range =
          source.pull(conversationId, cursor(conversationId), seq + 1, PULL_LIMIT);
      passOver(conversationId, range.getVisibleAfterSeq());
      range.getMessagesList().forEach(this::hand);
      if (!range.getHasMore()) {
        if (cursor(conversationId) < seq) {
          throw new CarillonException(
              CarillonException.Kind.UNREACHABLE,
              "HISTORY_INCOMPLETE",
              "history ends at "
                  + cursor(conversationId)
                  + " (expected: "
                  + seq
                  + "); it is read again later");
        }
        return;
      }
    }
  }

  private void passOver(ByteString conversationId, long seq) {
    if (cursor(conversationId) < seq) {
      ConversationId id = ConversationId.of(conversationId.toByteArray());
      untilItWorks(() -> cursors.processed(id, seq));
    }
  }

  /// A new device that wants only what is new begins a conversation where it meets it.
  private boolean skipsPast(ByteString conversationId) {
    return initialHistory == InitialHistory.NEWEST
        && cursors.lastSeq(ConversationId.of(conversationId.toByteArray())).isEmpty();
  }

  private void hand(Message message) {
    if (message.getSeq() <= cursor(message.getConversationId())) {
      return;
    }
    if (isClosed()) {
      throw closedWhileWaiting();
    }
    dev.carillon.client.Message handed = Wire.message(message);
    untilItWorks(() -> listener.onMessage(handed));
    // For itself: a cursor store that fails must not have the message handed over again.
    untilItWorks(() -> cursors.processed(handed.conversationId(), handed.seq()));
  }

  private void untilItWorks(Runnable step) {
    for (int attempt = 1; ; attempt++) {
      try {
        step.run();
        return;
      } catch (RuntimeException failure) {
        listener.onError(failure);
        pause(attempt);
      }
    }
  }

  private void pause(int attempt) {
    try {
      Duration pause = Backoff.fullJitter(FIRST_PAUSE, LAST_PAUSE, attempt);
      boolean closed = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
      if (closed) {
        throw closedWhileWaiting();
      }
    } catch (InterruptedException stop) {
      java.lang.Thread.currentThread().interrupt();
      throw closedWhileWaiting();
    }
  }

  private static CarillonException closedWhileWaiting() {
    return new CarillonException(
        CarillonException.Kind.CLOSED, "CLOSED", "the client was closed while a message waited");
  }

  private long cursor(ByteString conversationId) {
    return cursors.lastSeq(ConversationId.of(conversationId.toByteArray())).orElse(0);
  }

  /// Waits for an answer and unwraps its failure.
  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (java.util.concurrent.CompletionException failed) {
      if (failed.getCause() instanceof CarillonException refused) {
        throw refused;
      }
      throw failed;
    }
  }
}
