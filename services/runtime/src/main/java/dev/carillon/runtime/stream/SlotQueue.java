package dev.carillon.runtime.stream;

import dev.carillon.runtime.stream.OwnerItem.Outbox;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The items of one slot without an answer. Those in flight are all at one stream; those that wait
/// go out in the order in which they came.
final class SlotQueue<T, A> {
  private final TreeMap<Long, OwnerItem<T, A>> waiting = new TreeMap<>();
  private final Map<Long, OwnerItem<T, A>> inFlight = new HashMap<>();
  private @Nullable Outbox<T, A> at;

  /// Whether later items have to wait behind others.
  boolean isStopped() {
    return !waiting.isEmpty();
  }

  /// Whether a new item may go there at once.
  boolean flowsTo(Outbox<T, A> owner) {
    return waiting.isEmpty() && (inFlight.isEmpty() || at == owner);
  }

  /// The item waits, and with it all that come later.
  void stop(OwnerItem<T, A> item) {
    item.leave();
    inFlight.remove(item.id);
    waiting.put(item.id, item);
  }

  void give(OwnerItem<T, A> item, Outbox<T, A> owner) {
    at = owner;
    inFlight.put(item.id, item);
    owner.add(item);
  }

  /// The item has its answer.
  ///
  /// @return whether there is no other
  boolean remove(OwnerItem<T, A> item) {
    item.leave();
    inFlight.remove(item.id);
    waiting.remove(item.id);
    return waiting.isEmpty() && inFlight.isEmpty();
  }

  /// Takes back what is in flight elsewhere and gives the owner all that waits, unless something is
  /// still in flight at that very stream.
  void resume(Outbox<T, A> owner) {
    if (at != owner) {
      List.copyOf(inFlight.values()).forEach(this::stop);
    }
    if (inFlight.isEmpty()) {
      List<OwnerItem<T, A>> all = List.copyOf(waiting.values());
      waiting.clear();
      all.forEach(item -> give(item, owner));
    }
  }
}
