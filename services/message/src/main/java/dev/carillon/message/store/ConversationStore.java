package dev.carillon.message.store;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.slots.Shards;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The conversation tables, as the append path and history use them.
///
/// Threads: any. Blocking: every call goes to the database, in a constant number of statements.
/// Errors of reads: a retryable [dev.carillon.runtime.errors.Refusal] when the database is away.
public interface ConversationStore {
  /// On which shard the conversations of a slot lie.
  Shards shards();

  /// The heads as they are committed now; missing ones do not exist.
  Map<ConversationId, Head> heads(Collection<ConversationId> conversations);

  /// The present members of groups, in the order of joining. Groups without members are missing.
  Map<ConversationId, List<Member>> members(Collection<ConversationId> groups);

  /// The memberships of users in a group, present or past; missing ones never were members.
  Map<String, Member> memberships(ConversationId group, Collection<String> userIds);

  /// The messages stored under these keys; missing ones are not stored.
  Map<MessageKey, StoredMessage> find(Collection<MessageKey> keys);

  /// The messages at these places; missing ones are not stored.
  Map<MessageRef, StoredMessage> at(Collection<MessageRef> places);

  /// Messages with `afterSeq < seq < beforeSeq`, ascending. Edits of a recalled message come as
  /// recalled with it.
  ///
  /// @param newest whether the limit keeps the newest ones of the range, or else the oldest ones
  /// @param limit how many at most
  List<StoredMessage> range(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit);

  /// Appends to several conversations in one transaction.
  ///
  /// The heads are locked in the order of their ids and compared with what the caller believes;
  /// conversations that have moved on are left out and reported, all others are written. Head rows
  /// leave the transaction marked as pending for fan-out. The caller has divided them by [#shards].
  ///
  /// @param appends at most one per conversation, each with at least one message
  /// @param mayCommit asked right before the commit; false rolls everything back
  AppendResult append(List<ConversationAppend> appends, BooleanSupplier mayCommit);

  /// What one transaction adds to one conversation.
  ///
  /// @param before the head as the caller believes it to be; null for a conversation that is
  ///   created
  /// @param after the head afterwards
  /// @param messages the new messages, in seq order
  /// @param recalls earlier messages that are withdrawn: their seq, and the seq of the recall
  /// @param members members who joined or left, as they are afterwards
  record ConversationAppend(
      @Nullable Head before,
      Head after,
      List<StoredMessage> messages,
      Map<Long, Long> recalls,
      List<Member> members) {
    /// Copies the collections.
    public ConversationAppend {
      messages = List.copyOf(messages);
      recalls = Map.copyOf(recalls);
      members = List.copyOf(members);
    }
  }

  /// What became of the transaction.
  sealed interface AppendResult {
    /// Committed, except for conversations whose head has moved on.
    ///
    /// @param stale the conversations left out
    record Written(Set<ConversationId> stale) implements AppendResult {}

    /// A key exists already: a message is a repeat, or a conversation was created by somebody else.
    /// Nothing was written.
    record Repeated() implements AppendResult {}

    /// The conversations lie on several shards by now. Nothing was written; those of one slot
    /// always lie on one.
    record Divided() implements AppendResult {}

    /// The caller said no right before the commit. Nothing was written.
    record Withheld() implements AppendResult {}

    /// The database is away or gave up before the commit. Nothing was written.
    record Failed(Exception cause) implements AppendResult {}

    /// The database went away during the commit: all of it is written, or will be in a moment, or
    /// nothing.
    record Unknown(Exception cause) implements AppendResult {}
  }
}
