/// Conversations: their order, members and messages, and the ports through which fan-out and
/// mailboxes see them.
@NullMarked
package dev.carillon.message.conversation;

import org.jspecify.annotations.NullMarked;
