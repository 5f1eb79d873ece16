package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a user saw once is seen by every later read, and the mailbox's version never goes back,
/// whichever gateway is asked.
final class MonotonicReads implements Property {
  /// A mailbox version that the server reported, in whatever frame.
  private record Told(Event event, long askedAt, long version) {}

  /// What one user has seen of one conversation.
  private record UserConversation(String user, String conversation) {}

  @Override
  public String name() {
    return "monotonic over reconnects";
  }

  @Override
  public String promise() {
    return "What a user saw once every later read shows; the mailbox version never goes back.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    told(history)
        .collect(Collectors.groupingBy(told -> told.event().device().user()))
        .values()
        .forEach(told -> checkVersions(told, findings));
    checkReads(history, findings);
    return findings.all();
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

  private static void checkVersions(List<Told> told, Findings findings) {
    List<Told> byEnd =
        told.stream().sorted(Comparator.comparingLong((Told t) -> t.event().at())).toList();
    Told greatest = null;
    int ended = 0;
    for (Told later : told.stream().sorted(Comparator.comparingLong(Told::askedAt)).toList()) {
      while (ended < byEnd.size() && byEnd.get(ended).event().at() < later.askedAt()) {
        greatest = greater(greatest, byEnd.get(ended++));
      }
      Told earlier = greatest;
      if (earlier != null && earlier.version() > later.version()) {
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
  }

  private static Told greater(@Nullable Told one, Told other) {
    return one == null || other.version() > one.version() ? other : one;
  }

  private static void checkReads(History history, Findings findings) {
    Map<UserConversation, TreeMap<Long, Event>> seen = new HashMap<>();
    for (Event event : history.events()) {
      for (Fact fact : History.factsOf(event)) {
        seen.computeIfAbsent(
                new UserConversation(event.device().user(), fact.conversation()),
                absent -> new TreeMap<>())
            .putIfAbsent(fact.seq(), event);
      }
    }
    history
        .events(HistoryRead.class)
        .forEach(read -> {
          UserConversation key = new UserConversation(read.device().user(), read.conversation());
          checkRead(read, seen.getOrDefault(key, new TreeMap<>()), history, findings);
        });
  }

  private static void checkRead(
      HistoryRead read, NavigableMap<Long, Event> seen, History history, Findings findings) {
    Set<Long> found = read.facts().stream().map(Fact::seq).collect(Collectors.toSet());
    seen.tailMap(read.afterSeq(), false)
        .headMap(read.beforeSeq(), false)
        .forEach((seq, first) -> {
          if (first.at() < read.askedAt()
              && read.covers(seq)
              && !found.contains(seq)
              && Reads.due(read, seq, history)) {
            findings.add(
                "%s read history without seq %d, which %s had seen before (expected: with it)"
                    .formatted(read.device(), seq, first.device()),
                () -> List.of(first, read));
          }
        });
  }
}
