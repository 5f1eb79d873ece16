package dev.carillon.message.conversation;

/// What a new member may read of a group's past.
public enum HistoryPolicy {
  /// Only what is said from joining on.
  FROM_JOIN,
  /// Everything.
  ALL
}
