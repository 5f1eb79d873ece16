package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;

/// One thing to note in a mailbox: the conversation changed, its newest message for this user is
/// `lastSeq`.
///
/// @param userId whose mailbox
/// @param conversation which conversation changed
/// @param lastSeq the newest message that the user receives
public record Bump(String userId, ConversationId conversation, long lastSeq) {}
