package dev.carillon.check.history;

/// A time in which a user belonged to a conversation, from the notice of joining to that of
/// leaving, and what of its history this entitles to. A former member keeps what it could read
/// until it joins again.
///
/// @param joinSeq the notice of joining; 0 for a founder
/// @param visibleAfterSeq messages up to and including this one are not visible
/// @param leftSeq the notice of leaving; [Long#MAX_VALUE] for a member
/// @param possiblyFrom before this moment it had certainly not begun
/// @param surelyFrom from this moment on it had certainly begun
/// @param possiblyUntil up to this moment it had certainly not ended
public record Period(
    long joinSeq,
    long visibleAfterSeq,
    long leftSeq,
    long possiblyFrom,
    long surelyFrom,
    long possiblyUntil) {
  /// A period that begins and has not ended.
  Period(long joinSeq, long visibleAfterSeq, long possiblyFrom, long surelyFrom) {
    this(joinSeq, visibleAfterSeq, Long.MAX_VALUE, possiblyFrom, surelyFrom, Long.MAX_VALUE);
  }

  /// The same period, ended.
  Period left(long seq) {
    return new Period(joinSeq, visibleAfterSeq, seq, possiblyFrom, surelyFrom, possiblyUntil);
  }

  /// The same period, which may have ended from a moment on.
  Period endsFrom(long at) {
    return new Period(joinSeq, visibleAfterSeq, leftSeq, possiblyFrom, surelyFrom, at);
  }

  /// Whether it entitles to see a message.
  public boolean sees(long seq) {
    return visibleAfterSeq < seq && seq <= leftSeq;
  }

  /// Whether one could write a message in it; the notice of one's own leaving too.
  boolean says(Fact fact) {
    return joinSeq < fact.seq()
        && (fact.seq() < leftSeq || (fact.isNotice() && fact.seq() == leftSeq));
  }
}
