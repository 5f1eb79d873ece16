package dev.carillon.client;

/// The place that a message sent has got: the database holds it.
///
/// @param conversationId the conversation
/// @param seq the message's number in it
/// @param prevSeq the number of the message before it; 0 when it is the first
/// @param clientMessageId the sender's name for it
/// @param level how far it has come, `STORED`
/// @param duplicate whether it had been stored by an earlier attempt
public record SentMessage(
    ConversationId conversationId,
    long seq,
    long prevSeq,
    ClientMessageId clientMessageId,
    String level,
    boolean duplicate) {}
