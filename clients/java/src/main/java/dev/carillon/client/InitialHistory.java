package dev.carillon.client;

/// What a device does about messages from before it first met a conversation.
public enum InitialHistory {
  /// It takes in everything that its user may see, from the beginning.
  ALL,
  /// It begins with the newest messages; older ones are read with [CarillonClient#history] when
  /// somebody looks.
  NEWEST
}
