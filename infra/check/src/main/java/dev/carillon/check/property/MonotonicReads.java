package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Memberships.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a user saw once is seen by every later read, and the mailbox's version never goes back,
/// whichever gateway is asked.
final class MonotonicReads {
  private MonotonicReads() {}

  /// A mailbox version that the server reported, in whatever frame.
  private record Told(Event event, long askedAt, long version) {}

  static void check(History history, Findings findings) {
    told(history)
        .collect(Collectors.groupingBy(told -> told.event().device().user()))
        .values()
        .forEach(told ->
            RealTime.compare(
                told,
                Told::askedAt,
                one -> one.event().at(),
                Told::version,
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

  private static Stream<Told> told(History history) {
    return Stream.concat(
        history
            .events(VersionRead.class)
            .map(read -> new Told(read, read.askedAt(), read.version())),
        history
            .events(Synced.class)
            .map(synced -> new Told(synced, synced.askedAt(), synced.version())));
  }

  private static void checkVersions(Told earlier, Told later, Findings findings) {
    if (earlier.version() > later.version()) {
      findings.add(
          "%s was told version %d, after %s had been told %d (expected: that or a greater one)"
              .formatted(
                  later.event().device(),
                  later.version(),
                  earlier.event().device(),
                  earlier.version()),
          () -> List.of(earlier.event(), later.event()));
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
