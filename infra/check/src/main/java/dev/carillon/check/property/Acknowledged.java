package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// A send together with the first acknowledgement it got.
record Acknowledged(Send send, Stored stored) {
  /// The acknowledged sends of a history, in the order in which they were first tried.
  static Stream<Acknowledged> of(History history) {
    return history.sends().stream()
        .flatMap(send -> send.stored().stream().map(stored -> new Acknowledged(send, stored)));
  }

  /// Finds, among sends to one conversation, those that did not get a greater number than what had
  /// been acknowledged before they began.
  ///
  /// @param found gets what was acknowledged before, the worst for each later one, and the later
  ///   one
  static void overtaken(List<Acknowledged> sends, BiConsumer<Acknowledged, Acknowledged> found) {
    RealTime.compare(
        sends,
        sent -> sent.send().first().at(),
        sent -> sent.stored().at(),
        Acknowledged::seq,
        (earlier, later) -> {
          if (earlier.seq() >= later.seq()) {
            found.accept(earlier, later);
          }
        });
  }

  long seq() {
    return stored.seq();
  }

  List<Event> events() {
    return send.events();
  }
}
