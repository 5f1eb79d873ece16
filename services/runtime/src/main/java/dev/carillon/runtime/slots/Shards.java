package dev.carillon.runtime.slots;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// On which shard of a keyspace a slot lies: the shards, as stretches of slots.
///
/// One shard on plain MySQL. On Vitess the shards change while the service runs: what is divided by
/// them now may have to be divided anew a moment later. Thread-safe.
public final class Shards {
  private final List<Consumer<List<SlotRange>>> followers = new ArrayList<>();
  private volatile List<SlotRange> ranges;

  /// @param ranges as [#become]
  public Shards(List<SlotRange> ranges) {
    this.ranges = verified(ranges);
  }

  /// One shard with all slots.
  public static Shards one() {
    return new Shards(List.of(SlotRange.ALL));
  }

  /// The shards, by ascending slots.
  public List<SlotRange> ranges() {
    return ranges;
  }

  /// The items of each shard, in their order.
  public <T> Collection<List<T>> divide(Collection<T> items, ToIntFunction<? super T> slotOf) {
    List<SlotRange> now = ranges;
    return now.size() == 1 ? List.of(List.copyOf(items)) : groups(items, slotOf, now).values();
  }

  private static <T> Map<SlotRange, List<T>> groups(
      Collection<T> items, ToIntFunction<? super T> slotOf, List<SlotRange> ranges) {
    Map<SlotRange, List<T>> groups = new LinkedHashMap<>();
    for (T item : items) {
      SlotRange range = ranges.get(indexOf(slotOf.applyAsInt(item), ranges));
      groups.computeIfAbsent(range, absent -> new ArrayList<>()).add(item);
    }
    return groups;
  }

  /// The items of each slot, in their order.
  public static <T> Collection<List<T>> bySlot(
      Collection<T> items, ToIntFunction<? super T> slotOf) {
    Map<Integer, List<T>> groups = new LinkedHashMap<>();
    for (T item : items) {
      groups.computeIfAbsent(slotOf.applyAsInt(item), absent -> new ArrayList<>()).add(item);
    }
    return groups.values();
  }

  /// Which of `ranges` holds a slot.
  public static int indexOf(int slot, List<SlotRange> ranges) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ranges.get(middle).from() <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// Takes in a new map and tells it to all that follow; nothing happens when it is as before.
  ///
  /// @param next by ascending slots; together they hold every slot once
  public synchronized void become(List<SlotRange> next) {
    List<SlotRange> verified = verified(next);
    if (!verified.equals(ranges)) {
      ranges = verified;
      followers.forEach(follower -> follower.accept(verified));
    }
  }

  /// Calls `follower` with the shards at once and with every later map, one after the other; it
  /// must not block.
  public synchronized void follow(Consumer<List<SlotRange>> follower) {
    followers.add(follower);
    follower.accept(ranges);
  }

  private static List<SlotRange> verified(List<SlotRange> ranges) {
    int next = 0;
    boolean adjoin = true;
    for (SlotRange range : ranges) {
      adjoin &= range.from() == next;
      next = range.to();
    }
    if (!adjoin || next != Slots.COUNT) {
      throw new IllegalArgumentException("shards: " + ranges + " (expected: every slot once)");
    }
    return List.copyOf(ranges);
  }
}
