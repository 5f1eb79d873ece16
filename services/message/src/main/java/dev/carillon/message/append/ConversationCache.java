package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The conversations a writer remembers, least recently used ones forgotten first; confined to the
/// writer's thread.
final class ConversationCache {
  private final long capacity;
  private final Map<ConversationId, CachedConversation> entries =
      new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /// @param capacity the sum of weights that may be held
  ConversationCache(long capacity) {
    this.capacity = capacity;
  }

  @Nullable CachedConversation get(ConversationId id, long epoch) {
    CachedConversation entry = entries.get(id);
    if (entry != null && entry.epoch() != epoch) {
      drop(id);
      return null;
    }
    return entry;
  }

  void put(CachedConversation entry) {
    drop(entry.id());
    entries.put(entry.id(), entry);
    weight += entry.weight();
    Iterator<CachedConversation> oldest = entries.values().iterator();
    while (weight > capacity && oldest.hasNext()) {
      weight -= oldest.next().weight();
      oldest.remove();
    }
  }

  void drop(ConversationId id) {
    CachedConversation entry = entries.remove(id);
    if (entry != null) {
      weight -= entry.weight();
    }
  }

  void clear() {
    entries.clear();
    weight = 0;
  }

  int size() {
    return entries.size();
  }
}
