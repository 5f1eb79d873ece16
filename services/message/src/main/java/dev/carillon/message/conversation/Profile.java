package dev.carillon.message.conversation;

/// What a conversation is, apart from what is said in it.
///
/// @param kind direct or group
/// @param owner the owner of a group; the lesser user id of a direct conversation
/// @param peer the greater user id of a direct conversation, empty for a group
/// @param title the title of a group, empty for a direct conversation
/// @param historyPolicy what new members may read
public record Profile(
    ConversationKind kind, String owner, String peer, String title, HistoryPolicy historyPolicy) {

  /// The profile of a direct conversation; the pair in either order.
  public static Profile direct(String one, String other) {
    boolean inOrder = one.compareTo(other) <= 0;
    return new Profile(
        ConversationKind.DIRECT,
        inOrder ? one : other,
        inOrder ? other : one,
        "",
        HistoryPolicy.ALL);
  }

  /// Whether it is a group that the user owns.
  public boolean isGroupOf(String userId) {
    return kind == ConversationKind.GROUP && owner.equals(userId);
  }

  /// The same group, owned by another member.
  public Profile ownedBy(String userId) {
    return new Profile(kind, userId, peer, title, historyPolicy);
  }

  /// The other person of a direct conversation as `userId` sees it; empty for a group.
  public String peerOf(String userId) {
    if (kind == ConversationKind.GROUP) {
      return "";
    }
    return owner.equals(userId) ? peer : owner;
  }
}
