package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Gathers the violations of one property. Only the first hundred are kept with their operations: a
/// broken system breaks a promise for every message.
public final class Findings {
  private static final int TOLD = 100;
  private static final int EVENTS = 12;

  private final List<Violation> told = new ArrayList<>();
  private long untold;

  /// Operations that show a violation, looked up when they are wanted.
  @FunctionalInterface
  interface Evidence {
    List<? extends Event> events();
  }

  /// Notes a violation.
  ///
  /// @param events the operations involved; evaluated only for those that are kept
  void add(String what, Evidence... events) {
    if (told.size() >= TOLD) {
      untold++;
      return;
    }
    List<Event> shown =
        Stream.of(events)
            .<Event>flatMap(some -> some.events().stream())
            .sorted(Comparator.comparingLong(Event::at))
            .limit(EVENTS)
            .toList();
    told.add(new Violation(what, shown));
  }

  List<Violation> all() {
    if (untold > 0) {
      told.add(new Violation("and " + untold + " more like these", List.of()));
    }
    return List.copyOf(told);
  }
}
