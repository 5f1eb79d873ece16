package dev.carillon.client;

/// The conversation of a message or of a history: a user or a group.
public sealed interface Target {
  /// The direct conversation with a person.
  ///
  /// @param userId the person, 1 to 64 bytes of UTF-8
  record User(String userId) implements Target {}

  /// A conversation by its id, a group as a rule.
  ///
  /// @param id the conversation
  record Conversation(ConversationId id) implements Target {}

  /// The direct conversation with a person.
  static Target user(String userId) {
    return new User(userId);
  }

  /// A conversation by its id.
  static Target conversation(ConversationId id) {
    return new Conversation(id);
  }
}
