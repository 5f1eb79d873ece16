package dev.carillon.client;

import java.util.List;

/// The outcome of a request about a group.
///
/// @param conversationId the group
/// @param seq the seq of the membership notice; 0 when nothing changed
/// @param userIds who was really added or removed; for a list the present members by joining order
/// @param duplicate whether an earlier attempt had done it, and this is what came of that one
public record GroupChange(
    ConversationId conversationId, long seq, List<String> userIds, boolean duplicate) {
  /// Copies the list.
  public GroupChange {
    userIds = List.copyOf(userIds);
  }
}
