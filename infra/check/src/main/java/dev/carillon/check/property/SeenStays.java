package dev.carillon.check.property;

import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;

/// A message that a device saw once stays: a send with an unknown outcome may be in or out, but
/// does not change its mind.
final class SeenStays {
  private SeenStays() {}

  static void check(History history, Findings findings) {
    LastReads reads = new LastReads(history);
    for (Fact fact : history.facts()) {
      reads.at(
          fact.conversation(),
          fact.seq(),
          (device, there) -> {
            if (there == null) {
              findings.add(
                  "%s was seen, but %s, who read everything at the end, did not find it"
                      .formatted(fact, device),
                  () -> history.sightings(fact));
            }
          });
    }
  }
}
