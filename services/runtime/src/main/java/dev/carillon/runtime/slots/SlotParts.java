package dev.carillon.runtime.slots;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What works on stretches of slots, equally many for each shard: a part never has slots of two
/// shards of the map that it was made for.
///
/// With a new map, stretches that stay as they are keep their part. For the others new parts are
/// made, which are told the parts whose slots they take over; those are retired after nobody can
/// find them here any more. Thread-safe; [#of] takes no lock.
///
/// @param <P> a part
public final class SlotParts<P> {
  private final int perShard;
  private final Maker<P> maker;
  private final Consumer<P> retire;
  private Map<SlotRange, P> parts = Map.of();
  private volatile List<P> bySlot = List.of();

  /// Makes the part of a stretch.
  @FunctionalInterface
  public interface Maker<P> {
    /// A part for these slots.
    ///
    /// @param before the parts that have had its slots until now; none at first
    P make(SlotRange slots, List<P> before);
  }

  /// Without parts, until it is told the shards.
  ///
  /// @param perShard how many parts a shard has, at least 1
  /// @param retire ends a part that has lost its slots; must not block
  public SlotParts(int perShard, Maker<P> maker, Consumer<P> retire) {
    this.perShard = perShard;
    this.maker = maker;
    this.retire = retire;
  }

  /// The part of a slot, as the shards are now.
  public P of(int slot) {
    return bySlot.get(slot);
  }

  /// Offers something to the part of a slot, and to its successor when it was retired meanwhile.
  ///
  /// @param offer false when the part does not take it
  /// @return whether a part took it
  public boolean offer(int slot, Predicate<P> offer) {
    P part = of(slot);
    while (!offer.test(part)) {
      P now = of(slot);
      if (now.equals(part)) {
        return false;
      }
      part = now;
    }
    return true;
  }

  /// All parts, by ascending slots; those that were retired are not among them.
  public synchronized List<P> all() {
    return List.copyOf(parts.values());
  }

  /// Takes in the shards as they are now; for [Shards#follow].
  public synchronized void become(List<SlotRange> shards) {
    Map<SlotRange, P> next = new LinkedHashMap<>();
    List<P> slots = new ArrayList<>(Slots.COUNT);
    List<SlotRange> stretches =
        shards.stream().flatMap(shard -> shard.split(perShard).stream()).toList();
    Map<SlotRange, P> lost = new LinkedHashMap<>(parts);
    lost.keySet().removeAll(stretches);
    for (SlotRange stretch : stretches) {
      P kept = parts.get(stretch);
      P part = kept == null ? maker.make(stretch, before(stretch, lost)) : kept;
      next.put(stretch, part);
      for (int slot = stretch.from(); slot < stretch.to(); slot++) {
        slots.add(part);
      }
    }
    parts = next;
    bySlot = List.copyOf(slots);
    lost.values().forEach(retire);
  }

  private static <P> List<P> before(SlotRange stretch, Map<SlotRange, P> lost) {
    return lost.entrySet().stream()
        .filter(part -> part.getKey().overlaps(stretch))
        .map(Map.Entry::getValue)
        .toList();
  }
}
