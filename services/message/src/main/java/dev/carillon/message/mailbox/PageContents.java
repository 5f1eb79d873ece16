package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The newest messages of a page's threads, as far as they fit on a page: threads for which no room
/// is left come with fewer messages, or none, which devices pull from history.
final class PageContents {
  /// Together with the threads themselves well below the 4 MiB that a gRPC answer may have.
  private static final int MAX_BYTES = 2 << 20;

  private static final int MESSAGE_OVERHEAD = 256;

  private final Map<ThreadView, List<StoredMessage>> newest = new HashMap<>();
  private int left = MAX_BYTES;

  /// Whether there is room for more.
  boolean hasRoom() {
    return left > 0;
  }

  /// About how much of memory it takes.
  int bytes() {
    return MAX_BYTES - left;
  }

  /// Takes as many of a thread's messages as there is room for, the newest first.
  void add(ThreadView thread, List<StoredMessage> messages) {
    List<StoredMessage> fitting = new ArrayList<>();
    for (StoredMessage message : messages.reversed()) {
      left -= message.body().bytes().length + MESSAGE_OVERHEAD;
      if (left < 0) {
        break;
      }
      fitting.add(message);
    }
    newest.put(thread, fitting.reversed());
  }

  /// What was taken of a thread, in seq order.
  List<StoredMessage> of(ThreadView thread) {
    return newest.getOrDefault(thread, List.of());
  }
}
