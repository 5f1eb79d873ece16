package dev.carillon.message.conversation;

/// The name by which a repeated send is recognised; unique in the database.
public record MessageKey(
    ConversationId conversation, String sender, ClientMessageId clientMessageId) {}
