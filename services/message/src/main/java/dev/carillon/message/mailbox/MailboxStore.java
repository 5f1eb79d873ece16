package dev.carillon.message.mailbox;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The port to the mailboxes, all of keyspace `mailbox`.
///
/// Versions: every change of a mailbox takes the next version of its user. A version becomes
/// visible only after all lower ones of that user, so that who has read up to version `v` has seen
/// every change up to `v`, whoever writes at the same time.
///
/// Threads: any. Blocking: every call goes to the database. Errors: a
/// [dev.carillon.runtime.errors.Refusal] of kind UNAVAILABLE when the database is away or
/// contended; every call may be repeated.
public interface MailboxStore {
  /// Notes the bumps in one transaction: all or none. A thread's `last_seq` never goes back; its
  /// version grows with every bump, repeated ones too.
  ///
  /// @param bumps no two of the same user and conversation; all users on one shard
  void bump(Collection<Bump> bumps);

  /// The present version of a mailbox; 0 when it has never changed.
  long version(String userId);

  /// The present versions of mailboxes; absent are those that have never changed.
  Map<String, Long> versions(Collection<String> userIds);

  /// The threads with `afterVersion < version <= upToVersion`, by ascending version, `limit` at
  /// most.
  List<ThreadRow> changes(String userId, long afterVersion, long upToVersion, int limit);

  /// The version up to which a device has acknowledged; empty for a device that never did.
  OptionalLong syncedVersion(Device device);

  /// Notes that a device is complete up to `version`, whatever was noted before.
  void acknowledge(Device device, long version);

  /// Notes that a device is complete up to `version` only, when more was noted before.
  void withdraw(Device device, long version);
}
