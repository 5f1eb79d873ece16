package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.slots.Shards;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The port to the mailboxes, all of keyspace `mailbox`.
///
/// Versions: every change of a mailbox takes the next version of its user. A version becomes
/// visible only after all lower ones of that user, so that a reader who has read up to version `v`
/// has seen every change up to `v`, whoever writes at the same time.
///
/// Threads: any. Blocking: every call goes to the database. Errors: a
/// [dev.carillon.runtime.errors.Refusal] of kind UNAVAILABLE when the database is away or
/// contended; every call may be repeated.
public interface MailboxStore {
  /// On which shard the mailboxes of a slot lie.
  Shards shards();

  /// A stretch of one mailbox's changes: those above one version, up to and including the other; at
  /// most `limit` of them, the oldest first. The limit is at least 1.
  record Range(String userId, long afterVersion, long upToVersion, int limit) {}

  /// One conversation in a mailbox, the version at which it last changed, and the newest message
  /// written so far.
  record ThreadRow(ConversationId conversation, long version, long lastSeq) {}

  /// Writes the updates in one transaction: all or none. A thread's `last_seq` never goes back; its
  /// version grows with every update, repeated ones too.
  ///
  /// @param updates no two of the same user and conversation; all users on one shard
  void update(Collection<MailboxUpdate> updates);

  /// The present versions of mailboxes; absent are those that have never changed.
  Map<String, Long> versions(Collection<String> userIds);

  /// The threads that changed within each range, by ascending version; absent are ranges in which
  /// none did.
  Map<Range, List<ThreadRow>> changes(Collection<Range> ranges);

  /// The versions up to which devices have acknowledged; absent are those that never did.
  Map<Device, Long> syncedVersions(Collection<Device> devices);

  /// Writes in one transaction up to which versions devices are complete, whatever was written
  /// before.
  ///
  /// @param versions devices whose users are all on one shard
  void acknowledge(Map<Device, Long> versions);

  /// Writes in one transaction that devices are complete only up to these versions, where more was
  /// written before.
  ///
  /// @param versions devices whose users are all on one shard
  void withdraw(Map<Device, Long> versions);
}
