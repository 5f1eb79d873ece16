package dev.carillon.message.conversation;

/// A message by its place.
///
/// @param conversation the conversation
/// @param seq its number
public record MessageRef(ConversationId conversation, long seq) {}
