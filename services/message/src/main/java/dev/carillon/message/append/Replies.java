package dev.carillon.message.append;

/// Where answers to changes go: one stream of a caller, or one waiting call.
///
/// Threads: any, several writers at once. Must neither block nor throw.
public interface Replies {
  /// Takes the answer to the change that was submitted under `itemId`; it may wait for [#flush].
  void answer(long itemId, Outcome outcome);

  /// Sends what was answered.
  void flush();
}
