package dev.carillon.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The answer to a look-up: the known locations, and the slots of other owners, which the caller
/// has to ask.
record Locations(List<UserLocation> found, Set<Integer> movedSlots) {
  Locations {
    found = List.copyOf(found);
    movedSlots = Set.copyOf(movedSlots);
  }

  /// Gathers an answer.
  static final class Builder {
    private final List<UserLocation> found;
    private final Set<Integer> moved = new TreeSet<>();

    Builder(int expected) {
      found = new ArrayList<>(expected);
    }

    void found(UserLocation location) {
      found.add(location);
    }

    void moved(int slot) {
      moved.add(slot);
    }

    Locations build() {
      return new Locations(found, moved);
    }
  }
}
