package dev.carillon.message.conversation;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Conversations as one user may see them: what sync reads for the threads that changed.
///
/// Threads: any. Blocking: every call goes to the database, in a constant number of statements.
/// Errors: a retryable [dev.carillon.runtime.errors.Refusal] when the database is away.
public interface ThreadReader {
  /// How each of the conversations looks to the user. Missing from the answer: conversations that
  /// do not exist or of which the user never was a member.
  Map<ConversationId, ThreadView> threads(String userId, Collection<ConversationId> conversations);

  /// The newest visible messages of each thread, in seq order, `limit` at most per thread. Threads
  /// without any are missing. Edits of a recalled message come as recalled with it.
  Map<ConversationId, List<StoredMessage>> newest(Collection<ThreadView> threads, int limit);
}
