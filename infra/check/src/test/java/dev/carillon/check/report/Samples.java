package dev.carillon.check.report;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.fault.FaultKind;
import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Connected;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Invoked;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.property.Property;
import dev.carillon.check.property.Violation;
import dev.carillon.wire.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A run of ten seconds with a message each tenth of a second, answered after 2 ms, but for a fault
/// in its sixth second, in which everybody waits for its end.
final class Samples {
  static final Device ANN = new Device("ann", "phone");
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TENTH = SECOND / 10;
  private static final long ANSWER = TimeUnit.MILLISECONDS.toNanos(2);

  private Samples() {}

  static History history() {
    List<Event> events = new ArrayList<>();
    events.add(new Connected(0, ANN, 1, Transport.GRPC, "127.0.0.1:1"));
    for (int i = 0; i < 100; i++) {
      long due = i * TENTH;
      boolean stalled = due >= 5 * SECOND && due < 6 * SECOND;
      long answered = stalled ? 6 * SECOND : due + ANSWER;
      events.add(new Invoked(due, ANN, i, "c0", "m" + i, i, due, 0));
      events.add(new Stored(answered, ANN, i, i + 1, i, false));
      events.add(
          new Delivered(
              answered + 1, ANN, 1, i, new Fact("c0", i + 1, i, "ann", "m" + i, i, null)));
    }
    events.add(new Invoked(10 * SECOND, ANN, 100, "c0", "m100", 100, 10 * SECOND, 0));
    events.add(new Unknown(12 * SECOND, ANN, 100, "TIMEOUT"));
    return History.of(
        List.of(new Conversation("c0", Conversation.Kind.STEADY, Set.of("ann"))),
        List.of(ANN),
        events);
  }

  static List<FaultEvent> faults() {
    return List.of(
        new FaultEvent(
            FaultKind.PAUSE, "message-1 <the owner>", 5 * SECOND, 6 * SECOND, "SIGSTOP"));
  }

  static Verdict verdict(List<Violation> violations) {
    History history = history();
    Timeline timeline = Timeline.of(history);
    return new Verdict(
        "a sample",
        "./carillon check --seed 7",
        Counts.of(history),
        0,
        timeline,
        Recovery.of(faults(), 0, history, timeline),
        List.of(
            new Verdict.Judgement(
                new Property("a <promise>", "It is kept.", (_, _) -> {}), violations)));
  }
}
