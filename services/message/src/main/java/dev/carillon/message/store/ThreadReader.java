package dev.carillon.message.store;

import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadView;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Conversations as their members may see them: what sync reads for the threads that changed.
///
/// Threads: any. Blocking: every call goes to the database, in a number of statements that grows
/// with dozens of users and threads, not with each. Errors: a retryable
/// [dev.carillon.runtime.errors.Refusal] when the database is away.
public interface ThreadReader {
  /// How each conversation looks to its user. Missing from the answer: conversations that do not
  /// exist or of which the user never was a member.
  Map<ThreadKey, ThreadView> threads(Collection<ThreadKey> keys);

  /// The newest visible messages of each thread, in seq order, `limit` at most per thread. Threads
  /// without any are missing. Edits of a recalled message come as recalled with it. Members who see
  /// the same of a group have equal views, which are read once.
  Map<ThreadView, List<StoredMessage>> newest(Collection<ThreadView> threads, int limit);
}
