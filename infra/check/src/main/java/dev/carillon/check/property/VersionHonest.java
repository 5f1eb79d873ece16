package dev.carillon.check.property;

import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Event.ThreadState;
import dev.carillon.check.history.Hex;
import dev.carillon.check.history.History;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A mailbox version never hides a change: a sync from below a version at which a thread is known
/// to have changed returns that thread.
///
/// A thread that changes while a sync goes on may leave its range for a version above it: it is no
/// breach when the thread is ever seen there. What a sync says of a thread's newest message is no
/// measure, for it may be newer than the thread's version.
final class VersionHonest {
  /// A thread's state and the sync that reported it.
  private record Told(ThreadState state, Synced by) {}

  private VersionHonest() {}

  static void check(History history, Findings findings) {
    history
        .events(Synced.class)
        .collect(Collectors.groupingBy(synced -> synced.device().user()))
        .values()
        .forEach(syncs -> checkUser(syncs, findings));
  }

  private static void checkUser(List<Synced> syncs, Findings findings) {
    Map<String, Told> atTheEnd = new HashMap<>();
    syncs.forEach(synced -> note(synced, atTheEnd));
    Map<String, Told> known = new HashMap<>();
    RealTime.walk(
        syncs,
        Synced::askedAt,
        Synced::at,
        ended -> note(ended, known),
        begun -> checkSync(begun, known, atTheEnd, findings));
  }

  private static void note(Synced synced, Map<String, Told> newest) {
    for (ThreadState state : synced.threads()) {
      newest.merge(
          state.conversation(),
          new Told(state, synced),
          (one, other) -> other.state().version() > one.state().version() ? other : one);
    }
  }

  private static void checkSync(
      Synced synced, Map<String, Told> known, Map<String, Told> atTheEnd, Findings findings) {
    Map<String, Long> returned =
        synced.threads().stream()
            .collect(Collectors.toMap(ThreadState::conversation, ThreadState::version, Math::max));
    known.forEach((conversation, told) -> {
      long version = told.state().version();
      Told newest = atTheEnd.getOrDefault(conversation, told);
      boolean due = version > synced.after() && newest.state().version() <= synced.version();
      if (due && returned.getOrDefault(conversation, 0L) < version) {
        findings.add(
            "%s synced from version %d to %d without %s, which %s had seen change at %d"
                .formatted(
                    synced.device(),
                    synced.after(),
                    synced.version(),
                    Hex.head(conversation),
                    told.by().device(),
                    version),
            () -> List.of(told.by(), synced));
      }
    });
  }
}
