package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Versioned;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Memberships.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a user saw once is seen by every later read, and the mailbox's version never goes back,
/// whichever gateway is asked.
final class MonotonicReads {
  private MonotonicReads() {}

  static void check(History history, Findings findings) {
    history
        .events(Versioned.class)
        .collect(Collectors.groupingBy(told -> told.device().user()))
        .values()
        .forEach(told ->
            RealTime.compare(
                told,
                Versioned::askedAt,
                Versioned::at,
                Versioned::version,
                (earlier, later) -> checkVersions(earlier, later, findings)));
    Reads.lacking(
        history,
        seen(history),
        Event::at,
        (read, lacking) ->
            findings.add(
                "%s read history without seq %d, which %s had seen before (expected: with it)"
                    .formatted(read.device(), lacking.getKey(), lacking.getValue().device()),
                () -> List.of(lacking.getValue(), read)));
  }

  private static void checkVersions(Versioned earlier, Versioned later, Findings findings) {
    if (earlier.version() > later.version()) {
      findings.add(
          "%s was told version %d, after %s had been told %d (expected: that or a greater one)"
              .formatted(later.device(), later.version(), earlier.device(), earlier.version()),
          () -> List.of(earlier, later));
    }
  }

  private static Map<Member, NavigableMap<Long, Event>> seen(History history) {
    Map<Member, NavigableMap<Long, Event>> seen = new HashMap<>();
    for (Event event : history.events()) {
      for (Fact fact : History.factsOf(event)) {
        seen.computeIfAbsent(
                new Member(fact.conversation(), event.device().user()), absent -> new TreeMap<>())
            .putIfAbsent(fact.seq(), event);
      }
    }
    return seen;
  }
}
