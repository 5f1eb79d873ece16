package dev.carillon.client;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A cursor store that lasts as long as the process: after a restart all messages are passed to the
/// listener again.
public final class InMemoryCursorStore implements CursorStore {
  private final Map<ConversationId, Long> cursors = new ConcurrentHashMap<>();
  private volatile long version;

  /// An empty store.
  public InMemoryCursorStore() {}

  @Override
  public OptionalLong lastSeq(ConversationId conversationId) {
    Long seq = cursors.get(conversationId);
    return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
  }

  @Override
  public void processed(ConversationId conversationId, long seq) {
    cursors.put(conversationId, seq);
  }

  @Override
  public long mailboxVersion() {
    return version;
  }

  @Override
  public void completeUpTo(long mailboxVersion) {
    version = mailboxVersion;
  }

  @Override
  public void forgetAllBut(Set<ConversationId> known) {
    cursors.keySet().retainAll(known);
  }
}
