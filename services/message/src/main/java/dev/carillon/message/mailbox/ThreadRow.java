package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;

/// One conversation in a mailbox.
///
/// @param conversation the conversation
/// @param version the mailbox's version at which it last changed
/// @param lastSeq the newest message written so far
public record ThreadRow(ConversationId conversation, long version, long lastSeq) {}
