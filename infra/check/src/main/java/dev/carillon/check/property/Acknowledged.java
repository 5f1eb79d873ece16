package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.List;
import java.util.stream.Stream;

/// A send together with the first acknowledgement it got.
record Acknowledged(Send send, Stored stored) {
  /// The acknowledged sends of a history, in the order in which they were first tried.
  static Stream<Acknowledged> of(History history) {
    return history.sends().stream()
        .flatMap(send -> send.stored().stream().map(stored -> new Acknowledged(send, stored)));
  }

  long seq() {
    return stored.seq();
  }

  List<Event> events() {
    return send.events();
  }
}
