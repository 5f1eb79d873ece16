package dev.carillon.message.conversation;

/// One conversation of one user.
///
/// @param userId the user
/// @param conversation the conversation
public record ThreadKey(String userId, ConversationId conversation) {}
