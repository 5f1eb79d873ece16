package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;

/// One change of a mailbox: a conversation has something new for its user.
///
/// @param userId whose mailbox
/// @param conversation which conversation changed
/// @param lastSeq the newest message that the user receives
public record MailboxUpdate(String userId, ConversationId conversation, long lastSeq) {}
