package dev.carillon.message.conversation;

import java.util.List;

/// The members of a conversation.
///
/// @param profile what it is
/// @param members the present members, in the order of joining
public record Members(Profile profile, List<Member> members) {
  /// Copies the members.
  public Members {
    members = List.copyOf(members);
  }

  /// Whether the user owns the group.
  public boolean isOwner(String userId) {
    return profile.kind() == ConversationKind.GROUP && profile.owner().equals(userId);
  }
}
