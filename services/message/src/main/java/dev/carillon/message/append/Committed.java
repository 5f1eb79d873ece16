package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.TracedMessage;
import java.util.List;

/// The messages that one commit added to one conversation, and their recipients.
///
/// @param head the conversation's head after the commit
/// @param slot the conversation's slot
/// @param epoch the epoch in which the committing owner owns the slot
/// @param members the members after the commit and those who left with it; [Member#receives] says
///   which messages a member gets. Shared and immutable.
/// @param messages in seq order, at least one
public record Committed(
    Head head, int slot, long epoch, List<Member> members, List<TracedMessage> messages) {
  /// Copies the messages; the members are copied only when they are not immutable already.
  public Committed {
    members = List.copyOf(members);
    messages = List.copyOf(messages);
  }

  /// The conversation.
  public ConversationId conversation() {
    return head.id();
  }
}
