package dev.carillon.message.conversation;

/// One conversation as one of its members sees it.
///
/// @param title the group's title, empty for a direct conversation
/// @param peer the other person of a direct conversation, empty for a group
/// @param lastSeq the newest visible seq, 0 when there is none
/// @param visibleAfterSeq messages up to and including this one are not visible
/// @param leftSeq the seq of the notice with which the user left, 0 for a present member
public record ThreadView(
    ConversationId conversation,
    ConversationKind kind,
    String title,
    String peer,
    long lastSeq,
    long visibleAfterSeq,
    long leftSeq) {
  /// The conversation as a present or former member sees it.
  public static ThreadView of(Head head, Member member) {
    Member.VisibleRange readable = member.readable(head.lastSeq());
    return new ThreadView(
        head.id(),
        head.profile().kind(),
        head.profile().title(),
        head.profile().peerOf(member.userId()),
        readable.holds(readable.upTo()) ? readable.upTo() : 0,
        readable.after(),
        member.leftSeq());
  }
}
