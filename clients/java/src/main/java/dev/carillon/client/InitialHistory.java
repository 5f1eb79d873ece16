package dev.carillon.client;

/// The treatment of messages that are older than a device's first contact with a conversation.
public enum InitialHistory {
  /// It takes in everything that its user may see, from the beginning.
  ALL,
  /// It begins with the newest messages; older ones are read with [CarillonClient#history] on
  /// request.
  NEWEST
}
