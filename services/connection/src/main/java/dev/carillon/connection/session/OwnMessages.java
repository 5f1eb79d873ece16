package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The messages that a session has sent and that have not come back to it: it is not delivered
/// these, because their answers tell it all.
///
/// A message is forgotten when it has come, and when it will not come or its answer says too
/// little. Of more than [#MOST] the oldest is forgotten; a message forgotten too early is
/// delivered, which a device knows by its seq. Belongs to the session's event loop; costs nothing
/// while there are none.
final class OwnMessages {
  /// Twice as many as a session may have unanswered by default: answers overtake deliveries.
  static final int MOST = 64;

  private @Nullable Deque<Id> sent;

  /// A message's name; not the message, whose body may be large.
  private record Id(ByteString conversationId, ByteString clientMessageId) {}

  /// The session sends a message, and will have its answer.
  void add(AppendItem item) {
    Deque<Id> all = sent;
    if (all == null) {
      all = new ArrayDeque<>(4);
      sent = all;
    } else if (all.size() >= MOST) {
      all.removeFirst();
    }
    all.addLast(new Id(item.getConversationId(), item.getClientMessageId()));
  }

  /// The answer leaves something to be delivered, if it comes to that.
  void forget(AppendItem item) {
    remove(item.getConversationId(), item.getClientMessageId());
  }

  /// Whether a message to be delivered to the session of `user` is one that it has sent, for the
  /// first time.
  boolean takes(String user, EncodedMessage message) {
    return sent != null
        && user.equals(message.sender())
        && remove(message.conversationId(), message.clientMessageId());
  }

  private boolean remove(ByteString conversationId, ByteString clientMessageId) {
    Deque<Id> all = sent;
    boolean removed = all != null && all.remove(new Id(conversationId, clientMessageId));
    if (all != null && all.isEmpty()) {
      sent = null;
    }
    return removed;
  }
}
