package dev.carillon.check.property;

import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.DeviceConversation;
import dev.carillon.check.history.Send;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A number of a conversation means the same message for every user, and history is in its order.
final class OneOrder {
  /// A number of a conversation.
  private record Position(String conversation, long seq) {}

  private OneOrder() {}

  static void check(History history, Findings findings) {
    Map<Position, Fact> positions = new HashMap<>();
    for (Fact fact : history.facts()) {
      Fact other = positions.putIfAbsent(new Position(fact.conversation(), fact.seq()), fact);
      if (other != null) {
        findings.add(
            "some saw " + other + ", others " + fact + " (expected: the same for all)",
            () -> history.sightings(other),
            () -> history.sightings(fact));
      }
    }
    checkAcknowledgements(history, positions, findings);
    history.lastReads().forEach((reader, facts) -> checkAscending(reader, facts, findings));
  }

  private static void checkAcknowledgements(
      History history, Map<Position, Fact> positions, Findings findings) {
    Map<Position, Send> acknowledged = new HashMap<>();
    for (Send send : history.sends()) {
      for (Send.Attempt attempt : send.attempts()) {
        attempt
            .stored()
            .ifPresent(stored -> {
              Position position = new Position(send.conversation(), stored.seq());
              Send other = acknowledged.putIfAbsent(position, send);
              if (other != null && !other.equals(send)) {
                findings.add(
                    "%s and %s were both acknowledged as seq %d (expected: a number each)"
                        .formatted(other, send, stored.seq()),
                    other::events,
                    send::events);
              }
              checkSeen(history, send, stored, positions.get(position), findings);
            });
      }
    }
  }

  private static void checkSeen(
      History history, Send send, Stored stored, @Nullable Fact seen, Findings findings) {
    if (seen != null && (!send.is(seen) || seen.prevSeq() != stored.prevSeq())) {
      findings.add(
          "%s was acknowledged as seq %d after %d, but there is %s"
              .formatted(send, stored.seq(), stored.prevSeq(), seen),
          send::events,
          () -> history.sightings(seen));
    }
  }

  private static void checkAscending(
      DeviceConversation reader, List<Fact> facts, Findings findings) {
    for (int i = 1; i < facts.size(); i++) {
      if (facts.get(i).seq() <= facts.get(i - 1).seq()) {
        findings.add(
            "history gave %s %s after %s (expected: in the order of numbers)"
                .formatted(reader.device(), facts.get(i), facts.get(i - 1)));
      }
    }
  }
}
