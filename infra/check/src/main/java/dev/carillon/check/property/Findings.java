package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Gathers the violations of one property. Only the first hundred are kept with their operations: a
/// broken system breaks a promise for every message.
final class Findings {
  private static final int TOLD = 100;
  private static final int EVENTS = 12;

  private final List<Violation> told = new ArrayList<>();
  private long untold;

  /// Notes a violation.
  ///
  /// @param events the operations involved; evaluated only for those that are kept
  void add(String what, Supplier<List<Event>> events) {
    if (told.size() >= TOLD) {
      untold++;
      return;
    }
    told.add(new Violation(what, events.get().stream().limit(EVENTS).toList()));
  }

  List<Violation> all() {
    if (untold > 0) {
      told.add(new Violation("and " + untold + " more like these", List.of()));
    }
    return List.copyOf(told);
  }
}
