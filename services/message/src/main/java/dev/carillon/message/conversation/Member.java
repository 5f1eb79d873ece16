package dev.carillon.message.conversation;

/// One user's membership of a conversation, present or past.
///
/// @param userId the user
/// @param joinSeq the seq of the notice with which the user joined; the first seq for founding
///   members and direct conversations
/// @param joinIndex the order among those who joined with the same notice
/// @param visibleAfterSeq messages up to and including this one are not visible to the user
/// @param leftSeq the seq of the notice with which the user left, 0 for a present member
public record Member(
    String userId, long joinSeq, int joinIndex, long visibleAfterSeq, long leftSeq) {

  /// Whether the user is a member now.
  public boolean present() {
    return leftSeq == 0;
  }

  /// What the user may read: also from before joining, when the group's policy allows it.
  ///
  /// @param headSeq the newest message of a head that was read before this membership: whoever was
  ///   removed, and even added again, after that head gets nothing of what was said meanwhile
  public VisibleRange readable(long headSeq) {
    return new VisibleRange(visibleAfterSeq, present() ? headSeq : Math.min(headSeq, leftSeq));
  }

  /// Whether the user may read the message numbered `seq`, as [#readable] says.
  public boolean sees(long seq) {
    return readable(seq).holds(seq);
  }

  /// A stretch of a conversation that one user may read.
  ///
  /// @param after only messages above this seq
  /// @param upTo the last seq; may lie below `after`, then there is nothing to read
  public record VisibleRange(long after, long upTo) {
    /// Whether it holds this seq.
    public boolean holds(long seq) {
      return after < seq && seq <= upTo;
    }
  }

  /// Whether the message numbered `seq` is handed to the user when it is said: the notice of
  /// joining, that of leaving, and what lies between.
  public boolean receives(long seq) {
    return joinSeq <= seq && (leftSeq == 0 || seq <= leftSeq);
  }

  /// The same user, gone with the notice numbered `seq`.
  public Member left(long seq) {
    return new Member(userId, joinSeq, joinIndex, visibleAfterSeq, seq);
  }
}
