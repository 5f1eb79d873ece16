package dev.carillon.check.property;

import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;

/// Every message that a device sees was sent by the sender it names, to that conversation, with
/// that body.
final class NoInvention {
  private NoInvention() {}

  static void check(History history, Findings findings) {
    for (Fact fact : history.facts()) {
      if (fact.isNotice()) {
        checkNotice(fact, history, findings);
      } else {
        check(fact, history, findings);
      }
    }
  }

  /// The first notice names the founders of the group; every other one comes from a request.
  private static void checkNotice(Fact fact, History history, Findings findings) {
    boolean asked = history.changes().stream().anyMatch(change -> change.mayHaveMade(fact));
    if (fact.prevSeq() > 0 && !asked) {
      findings.add(
          fact + " was seen, but nobody asked for that (expected: a change asked for)",
          () -> history.sightings(fact));
    }
  }

  private static void check(Fact fact, History history, Findings findings) {
    Send send = history.send(fact);
    if (send == null) {
      findings.add(
          fact + " was seen, but nobody sent it (expected: what was sent)",
          () -> history.sightings(fact));
      return;
    }
    boolean sent =
        send.attempts().stream().anyMatch(attempt -> attempt.invoked().hash() == fact.hash());
    if (!sent) {
      findings.add(
          fact + " was seen, but " + send + " had another body (expected: the body sent)",
          send::events,
          () -> history.sightings(fact));
    }
  }
}
