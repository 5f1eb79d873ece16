package dev.carillon.check.property;

import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.SendKey;
import dev.carillon.check.history.Send;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// One message has one place, however often it was sent, and a device is handed it once.
final class NoDuplicate {
  private NoDuplicate() {}

  static void check(History history, Findings findings) {
    checkPlaces(history, findings);
    checkHanded(history, findings);
  }

  private static void checkPlaces(History history, Findings findings) {
    Map<SendKey, Set<Long>> places = new HashMap<>();
    for (Fact fact : history.facts()) {
      if (!fact.isNotice()) {
        places
            .computeIfAbsent(
                new SendKey(fact.conversation(), fact.sender(), fact.id()),
                absent -> new TreeSet<>())
            .add(fact.seq());
      }
    }
    for (Send send : history.sends()) {
      Set<Long> all =
          places.computeIfAbsent(
              new SendKey(send.conversation(), send.sender(), send.id()),
              absent -> new TreeSet<>());
      send.attempts().forEach(attempt -> attempt.stored().map(Stored::seq).ifPresent(all::add));
      if (all.size() > 1) {
        findings.add(send + " has the places " + all + " (expected: one place)", send::events);
      }
    }
  }

  private static void checkHanded(History history, Findings findings) {
    history
        .handed()
        .forEach((stream, handed) -> {
          Map<Long, Handed> held = new HashMap<>();
          for (Handed one : handed) {
            Handed before = held.putIfAbsent(one.fact().seq(), one);
            if (before != null) {
              findings.add(
                  stream.device() + " was handed " + one.fact() + " again (expected: once)",
                  () -> List.of(before, one));
            }
          }
        });
  }
}
