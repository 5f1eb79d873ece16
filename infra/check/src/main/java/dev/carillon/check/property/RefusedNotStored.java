package dev.carillon.check.property;

import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;

/// What was refused for good is never seen by anybody.
final class RefusedNotStored {
  private RefusedNotStored() {}

  static void check(History history, Findings findings) {
    for (Fact fact : history.facts()) {
      Send send = history.send(fact);
      if (send != null && !fact.isNotice() && refused(send, fact)) {
        findings.add(
            fact + " was seen, but was refused (expected: nothing of it)",
            send::events,
            () -> history.sightings(fact));
      }
    }
  }

  private static boolean refused(Send send, Fact fact) {
    return !send.possibleHashes().contains(fact.hash())
        && send.attempts().stream()
            .anyMatch(attempt -> attempt.invoked().hash() == fact.hash() && attempt.refused());
  }
}
