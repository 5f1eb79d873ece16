package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;

/// One change of a mailbox: a conversation has something new for the user, who receives messages of
/// it up to `lastSeq`.
public record MailboxUpdate(String userId, ConversationId conversation, long lastSeq) {}
