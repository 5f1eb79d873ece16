package dev.carillon.check.property;

import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.List;

/// What was refused for good is never seen by anybody.
final class RefusedNotStored implements Property {
  @Override
  public String name() {
    return "refused is not stored";
  }

  @Override
  public String promise() {
    return "What was refused for good is never stored, in whole or in part.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    for (Fact fact : history.facts()) {
      Send send = history.send(fact);
      if (send != null && !fact.isNotice() && refused(send, fact)) {
        findings.add(
            fact + " was seen, but was refused (expected: nothing of it)",
            () -> Events.joined(send.events(), history.sightings(fact)));
      }
    }
    return findings.all();
  }

  private static boolean refused(Send send, Fact fact) {
    return !send.possibleHashes().contains(fact.hash())
        && send.attempts().stream()
            .anyMatch(attempt -> attempt.invoked().hash() == fact.hash() && attempt.refused());
  }
}
