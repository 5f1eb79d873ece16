package dev.carillon.message.conversation;

/// A message by its place.
public record MessageRef(ConversationId conversation, long seq) {}
