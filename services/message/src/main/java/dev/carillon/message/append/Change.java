package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageKey;
import java.util.List;

/// Something that appends to a conversation, and therefore goes through the writer of its slot.
public sealed interface Change {
  /// Under which name a repeat of it is found.
  MessageKey key();

  /// The conversation it changes.
  default ConversationId conversation() {
    return key().conversation();
  }

  /// How many numbers it takes at most.
  default int numbers() {
    return 1;
  }

  /// One message from a user.
  ///
  /// @param key the conversation, the sender and the sender's id for the message
  /// @param directPeer the other person of a direct conversation; empty when the sender does not
  ///   say
  /// @param resend whether it may have been sent before; a hint only
  /// @param traceparent the W3C traceparent of the sender's span, empty when it is not traced
  record Post(
      MessageKey key, String directPeer, MessageBody body, boolean resend, String traceparent)
      implements Change {
    /// Who sends.
    public String sender() {
      return key.sender();
    }
  }

  /// The creation of a group.
  ///
  /// @param key its client message id derives from the content, so a repeat is found and another
  ///   content is not
  /// @param members everybody but the owner, each once
  record CreateGroup(
      MessageKey key, List<String> members, String title, HistoryPolicy historyPolicy)
      implements Change {
    /// Copies the members.
    public CreateGroup {
      members = List.copyOf(members);
    }

    @Override
    public int numbers() {
      return 1 + members.size() / GrpcMembershipNotice.MAX_NAMES;
    }
  }

  /// Members added to a group or removed from it; a member who removes only itself leaves.
  ///
  /// @param key the group, who changes it, and that user's id for the change
  /// @param adds whether they are added
  /// @param members who is to be a member, or to be one no longer; each once
  record ChangeMembers(MessageKey key, boolean adds, List<String> members) implements Change {
    /// Copies the members.
    public ChangeMembers {
      members = List.copyOf(members);
    }
  }
}
