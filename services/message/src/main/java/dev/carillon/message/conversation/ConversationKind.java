package dev.carillon.message.conversation;

/// What kind of conversation it is.
public enum ConversationKind {
  /// Two people (or one with itself); the id derives from the pair.
  DIRECT,
  /// A group with members and a random id.
  GROUP
}
