package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.SendKey;
import dev.carillon.check.history.Send;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// One message has one place, however often it was sent, and a device is handed it once.
final class NoDuplicate implements Property {
  /// A message at a device.
  private record Held(Device device, String conversation, long seq) {}

  @Override
  public String name() {
    return "no duplicate";
  }

  @Override
  public String promise() {
    return "A message has one place however often it is sent, and a device is handed it once.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    checkPlaces(history, findings);
    checkHanded(history, findings);
    return findings.all();
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
    Set<Held> held = new HashSet<>();
    history
        .events(Handed.class)
        .forEach(handed -> {
          Fact fact = handed.fact();
          if (!held.add(new Held(handed.device(), fact.conversation(), fact.seq()))) {
            findings.add(
                handed.device() + " was handed " + fact + " again (expected: once)",
                () -> handings(history, handed));
          }
        });
  }

  private static List<Event> handings(History history, Handed again) {
    return history
        .events(Handed.class)
        .filter(handed ->
            handed.device().equals(again.device())
                && handed.fact().conversation().equals(again.fact().conversation())
                && handed.fact().seq() == again.fact().seq())
        .map(Event.class::cast)
        .toList();
  }
}
