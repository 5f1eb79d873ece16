package dev.carillon.client;

import java.util.List;

/// One page of a conversation's history.
///
/// @param conversationId the conversation
/// @param messages the messages in seq order
/// @param hasMore whether the limit cut the range: there are more in the direction of reading
/// @param visibleAfterSeq messages up to and including this seq are not visible to the reader; 0:
///   all are
public record HistoryPage(
    ConversationId conversationId, List<Message> messages, boolean hasMore, long visibleAfterSeq) {
  /// Copies the list.
  public HistoryPage {
    messages = List.copyOf(messages);
  }
}
