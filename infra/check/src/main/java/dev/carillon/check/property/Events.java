package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Small work on lists of events.
final class Events {
  private Events() {}

  /// Both, by time.
  static List<Event> joined(List<? extends Event> some, List<? extends Event> others) {
    return Stream.concat(some.stream(), others.stream())
        .<Event>map(event -> event)
        .sorted(Comparator.comparingLong(Event::at))
        .toList();
  }
}
