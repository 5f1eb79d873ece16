package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Roster;
import org.jspecify.annotations.Nullable;

/// What the owner remembers of a conversation between batches: true as of the last commit it knows
/// of, and checked by every append's compare-and-set.
///
/// @param id the conversation
/// @param epoch in which epoch of its slot this was read; in another one it is worth nothing
/// @param head the head, null when the conversation does not exist
/// @param roster the present members
/// @param recent the newest messages; mutable, and only ever added to
record CachedConversation(
    ConversationId id, long epoch, @Nullable Head head, Roster roster, RecentMessages recent) {

  /// What it costs to remember, in units of about 100 bytes.
  int weight() {
    return 4 + roster.size();
  }

  long lastSeq() {
    return head == null ? 0 : head.lastSeq();
  }

  CachedConversation moved(Head after, Roster members) {
    return new CachedConversation(id, epoch, after, members, recent);
  }
}
