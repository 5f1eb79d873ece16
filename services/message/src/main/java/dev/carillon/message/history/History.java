package dev.carillon.message.history;

import dev.carillon.message.conversation.StoredMessage;
import java.util.List;

/// A range of a conversation's history, as one member may see it.
///
/// @param messages the messages, in seq order
/// @param hasMore whether the limit cut the range, in the direction of reading
/// @param visibleAfterSeq messages up to and including this one are not visible to the reader
public record History(List<StoredMessage> messages, boolean hasMore, long visibleAfterSeq) {
  /// Copies the messages.
  public History {
    messages = List.copyOf(messages);
  }
}
