package dev.carillon.message.store;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.slots.Shards;
import java.util.List;
import java.util.Optional;

/// What fan-out needs of the conversation tables: what is pending, the messages behind it, and the
/// mark.
///
/// Threads: any. Blocking: every call goes to the database. Errors: a retryable
/// [dev.carillon.runtime.errors.Refusal] when the database is away.
public interface FanOutStore {
  /// On which shard the conversations of a slot lie.
  Shards shards();

  /// The heads of conversations of `slot` whose fan-out is not known to be complete, by ascending
  /// id, beginning after `after`.
  ///
  /// @param after the last id of the page before; empty for the first page
  /// @param limit how many at most; fewer returned means there are no more
  List<Head> pending(int slot, Optional<ConversationId> after, int limit);

  /// The head as it is committed now; empty when there is no such conversation.
  Optional<Head> head(ConversationId conversation);

  /// The members who may have to get messages above `afterSeq`: those present, and those who left
  /// after it.
  List<Member> recipients(Head head, long afterSeq);

  /// The messages with a seq above `afterSeq`, ascending, `limit` at most. Edits of a recalled
  /// message come as recalled with it.
  List<StoredMessage> messages(ConversationId conversation, long afterSeq, int limit);

  /// Moves the marks of conversations forward (never back) and clears the pending flag of those
  /// whose newest message is covered. Not atomic over several conversations; may be repeated.
  void mark(List<FanOutMark> marks);
}
