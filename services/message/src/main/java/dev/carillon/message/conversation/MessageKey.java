package dev.carillon.message.conversation;

/// The name by which a repeated send is recognised; unique in the database.
///
/// @param conversation the conversation
/// @param sender who sent it
/// @param clientMessageId the sender's own name for it
public record MessageKey(
    ConversationId conversation, String sender, ClientMessageId clientMessageId) {}
