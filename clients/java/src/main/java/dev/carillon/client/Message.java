package dev.carillon.client;

import java.time.Instant;

/// One message as it was stored. Its identity is (conversation, seq).
///
/// @param conversationId the conversation
/// @param seq its number in the conversation, from 1; grows for ever and may jump
/// @param prevSeq the number of the message before it; 0 for the first
/// @param sender who sent it
/// @param clientMessageId the sender's own name for it
/// @param storedAt when it was stored, by the server's clock: for people to read, not for order
/// @param content what it says
public record Message(
    ConversationId conversationId,
    long seq,
    long prevSeq,
    String sender,
    ClientMessageId clientMessageId,
    Instant storedAt,
    Content content) {}
