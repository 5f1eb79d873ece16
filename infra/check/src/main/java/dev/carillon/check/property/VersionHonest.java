package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.History;
import dev.carillon.check.history.ThreadState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A mailbox version never hides a change: a device that is complete up to a version holds all that
/// any sync ever showed at that version or below.
final class VersionHonest implements Property {
  /// A thread's state and the sync that told it.
  private record Told(ThreadState state, Synced by) {}

  @Override
  public String name() {
    return "version hides nothing";
  }

  @Override
  public String promise() {
    return "Who is complete up to a mailbox version holds everything that changed up to it.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Map<String, List<Told>> told =
        history
            .events(Synced.class)
            .flatMap(synced -> synced.threads().stream().map(state -> new Told(state, synced)))
            .collect(Collectors.groupingBy(one -> one.by().device().user()));
    told.values()
        .forEach(states -> states.sort(Comparator.comparingLong(one -> one.state().version())));
    Map<Device, List<Event>> devices =
        history.events().stream()
            .filter(event -> event instanceof Handed || event instanceof Complete)
            .collect(Collectors.groupingBy(Event::device));
    devices.forEach((device, events) ->
        checkDevice(events, told.getOrDefault(device.user(), List.of()), findings));
    return findings.all();
  }

  private static void checkDevice(List<Event> events, List<Told> states, Findings findings) {
    Map<String, Long> held = new HashMap<>();
    Map<String, Told> due = new HashMap<>();
    int next = 0;
    for (Event event : events) {
      if (event instanceof Handed handed) {
        held.merge(handed.fact().conversation(), handed.fact().seq(), Math::max);
      } else if (event instanceof Complete complete) {
        while (next < states.size() && states.get(next).state().version() <= complete.version()) {
          due.merge(
              states.get(next).state().conversation(), states.get(next), VersionHonest::later);
          next++;
        }
        checkComplete(complete, held, due, findings);
      }
    }
  }

  private static Told later(Told one, Told other) {
    return other.state().lastSeq() > one.state().lastSeq() ? other : one;
  }

  private static void checkComplete(
      Complete complete, Map<String, Long> held, Map<String, Told> due, Findings findings) {
    for (Told told : new ArrayList<>(due.values())) {
      long has = held.getOrDefault(told.state().conversation(), 0L);
      if (has < told.state().lastSeq()) {
        findings.add(
            "%s is complete up to version %d and holds seq %d of a thread that had seq %d at %d"
                .formatted(
                    complete.device(),
                    complete.version(),
                    has,
                    told.state().lastSeq(),
                    told.state().version()),
            () -> Events.joined(List.of(told.by()), List.of(complete)));
        // Once is enough: it would be told again with every version that follows.
        due.remove(told.state().conversation());
      }
    }
  }
}
