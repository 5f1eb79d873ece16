package dev.carillon.message.store;

import dev.carillon.message.conversation.ConversationId;

/// How far the fan-out of a conversation is durably complete.
///
/// @param fannedSeq everything up to and including this seq has reached the mailboxes
public record FanOutMark(ConversationId conversation, long fannedSeq) {}
