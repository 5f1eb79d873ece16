package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import java.util.List;

/// One place where a history breaks a promise.
///
/// @param what a sentence: who saw what, and what was expected
/// @param events the operations involved, by time
public record Violation(String what, List<Event> events) {
  /// Copies the list.
  public Violation {
    events = List.copyOf(events);
  }
}
