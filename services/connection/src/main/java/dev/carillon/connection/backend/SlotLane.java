package dev.carillon.connection.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The messages of one slot on their way to its owner, in order.
///
/// While all goes well an item is given to the stream of the owner at once. When one comes back
/// (the slot moved, the stream broke), or has to go to another stream than those that are in
/// flight, the lane stops: later items wait behind it, until nothing is in flight any more or the
/// slot has a new owner; then all go out again in the order in which they came. So an item is never
/// overtaken by a later one, and all that is in flight is on one stream.
///
/// Guarded by its own monitor; streams are only offered items under it, answers are given outside.
final class SlotLane {
  private final NavigableMap<Long, PendingAppend> waiting = new TreeMap<>();
  private final Map<Long, PendingAppend> inFlight = new HashMap<>();
  private @Nullable AppendStream last;
  private boolean resumeTaken;

  /// Takes an item on; it is sent at once when the lane flows and `owner` knows a stream.
  ///
  /// @return whether the lane waits for [#resume]
  synchronized boolean add(PendingAppend item, Function<Integer, @Nullable AppendStream> owner) {
    if (waiting.isEmpty()) {
      AppendStream to = owner.apply(item.slot);
      if ((inFlight.isEmpty() || to == last) && send(item, to)) {
        return false;
      }
    }
    waiting.put(item.itemId, item);
    return true;
  }

  /// The item has its answer.
  ///
  /// @return whether the lane now waits for [#resume]
  synchronized boolean done(PendingAppend item) {
    AppendStream at = item.stream;
    if (at != null) {
      at.forget(item);
    }
    inFlight.remove(item.itemId);
    waiting.remove(item.itemId);
    return !waiting.isEmpty() && inFlight.isEmpty();
  }

  /// The item came back without an answer and has to go again.
  ///
  /// @return whether the lane now waits for [#resume]
  synchronized boolean cameBack(PendingAppend item) {
    if (inFlight.remove(item.itemId, item)) {
      item.stream = null;
      waiting.put(item.itemId, item);
    }
    return !waiting.isEmpty() && inFlight.isEmpty();
  }

  /// The slot has an owner: takes back what is in flight elsewhere and sends everything that waits,
  /// unless something is still in flight at that very owner.
  ///
  /// @return whether the lane still waits
  synchronized boolean resume(@Nullable AppendStream owner) {
    if (owner == null) {
      return !waiting.isEmpty();
    }
    for (PendingAppend item : List.copyOf(inFlight.values())) {
      AppendStream at = item.stream;
      if (at != null && !at.address().equals(owner.address())) {
        at.forget(item);
        inFlight.remove(item.itemId);
        item.stream = null;
        waiting.put(item.itemId, item);
      }
    }
    if (!inFlight.isEmpty()) {
      return false;
    }
    for (PendingAppend item : new ArrayList<>(waiting.values())) {
      waiting.remove(item.itemId);
      send(item, owner);
    }
    return false;
  }

  /// Whether nobody has taken it on to call [#resume] yet; whoever asks and hears yes does.
  synchronized boolean takeResume() {
    boolean free = !resumeTaken;
    resumeTaken = true;
    return free;
  }

  /// From now on another call of [#resume] may be taken on.
  synchronized void giveResume() {
    resumeTaken = false;
  }

  private boolean send(PendingAppend item, @Nullable AppendStream owner) {
    if (owner == null) {
      return false;
    }
    inFlight.put(item.itemId, item);
    item.stream = owner;
    last = owner;
    owner.offer(item);
    return true;
  }
}
