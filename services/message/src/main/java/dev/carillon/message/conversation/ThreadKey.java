package dev.carillon.message.conversation;

/// One conversation of one user.
public record ThreadKey(String userId, ConversationId conversation) {}
