package dev.carillon.check.history;

import java.util.Set;

/// A conversation of a run, as it was founded.
///
/// @param id its id in hex
/// @param kind what it is between, and whether that changes
/// @param founders its first members
public record Conversation(String id, Kind kind, Set<String> founders) {
  /// What a conversation is between, and whether that changes.
  public enum Kind {
    /// Two people.
    DIRECT,
    /// A group whose members stay.
    STEADY,
    /// A group that people join and leave, and that shows them what is said from then on.
    FROM_JOIN,
    /// A group that people join and leave, and that shows them everything.
    WHOLE_HISTORY
  }

  /// Copies the founders.
  public Conversation {
    founders = Set.copyOf(founders);
  }

  /// Whether it is between two people.
  public boolean direct() {
    return kind == Kind.DIRECT;
  }

  /// Whether people join and leave.
  public boolean changes() {
    return kind == Kind.FROM_JOIN || kind == Kind.WHOLE_HISTORY;
  }

  /// Whether members who join later may read everything, or only messages from then on.
  boolean showsAll() {
    return kind == Kind.WHOLE_HISTORY;
  }

  /// The other person of a direct conversation.
  public String peerOf(String user) {
    return founders.stream()
        .filter(member -> !member.equals(user))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a conversation with oneself: " + id));
  }
}
