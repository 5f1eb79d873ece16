package dev.carillon.client;

/// Whom a message goes to, or whose history is read.
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
