package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadReader;
import dev.carillon.message.conversation.ThreadView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects the newest messages of a page's threads until the page is as large as a page may be.
///
/// Reads some threads at a time, so that many large messages never are in memory at once; threads
/// for which no room is left come with fewer messages, or none, which devices pull from history.
final class PageContents {
  /// Together with the threads themselves well below the 4 MiB that a gRPC answer may have.
  private static final int MAX_BYTES = 2 << 20;

  private static final int MESSAGES_AT_ONCE = 500;
  private static final int MESSAGE_OVERHEAD = 256;

  private final ThreadReader reader;
  private final int perThread;
  private final Map<ConversationId, List<StoredMessage>> newest = new HashMap<>();
  private int left = MAX_BYTES;

  PageContents(ThreadReader reader, int perThread) {
    this.reader = reader;
    this.perThread = perThread;
  }

  /// The newest messages of these threads, as far as there is room, the first threads first.
  Map<ConversationId, List<StoredMessage>> read(List<ThreadView> threads) {
    if (perThread > 0) {
      int atOnce = Math.max(1, MESSAGES_AT_ONCE / perThread);
      for (int from = 0; from < threads.size() && left > 0; from += atOnce) {
        List<ThreadView> some = threads.subList(from, Math.min(from + atOnce, threads.size()));
        Map<ConversationId, List<StoredMessage>> found = reader.newest(some, perThread);
        for (ThreadView thread : some) {
          fit(thread.conversation(), found.getOrDefault(thread.conversation(), List.of()));
        }
      }
    }
    return newest;
  }

  private void fit(ConversationId conversation, List<StoredMessage> messages) {
    List<StoredMessage> fitting = new ArrayList<>();
    for (StoredMessage message : messages.reversed()) {
      left -= message.body().bytes().length + MESSAGE_OVERHEAD;
      if (left < 0) {
        break;
      }
      fitting.add(message);
    }
    newest.put(conversation, fitting.reversed());
  }
}
