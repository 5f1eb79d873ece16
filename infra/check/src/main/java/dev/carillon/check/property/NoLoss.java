package dev.carillon.check.property;

import dev.carillon.check.history.Event.Changed;
import dev.carillon.check.history.History;

/// Every acknowledged message is in history, where its acknowledgement said, for every member that
/// may read it; so is the notice of every acknowledged change.
final class NoLoss {
  private NoLoss() {}

  static void check(History history, Findings findings) {
    LastReads reads = new LastReads(history);
    Acknowledged.of(history)
        .forEach(sent ->
            reads.at(
                sent.send().conversation(),
                sent.seq(),
                (device, there) -> {
                  if (there == null || !sent.send().is(there)) {
                    findings.add(
                        "%s was acknowledged as seq %d, but %s, who read everything at the end, found %s there"
                            .formatted(
                                sent.send(), sent.seq(), device, there == null ? "nothing" : there),
                        sent::events);
                  }
                }));
    checkChanges(history, reads, findings);
  }

  private static void checkChanges(History history, LastReads reads, Findings findings) {
    history
        .changes()
        .forEach(change -> {
          long seq = change.changed().map(Changed::seq).orElse(0L);
          reads.at(
              change.invoked().conversation(),
              seq,
              (device, there) -> {
                if (seq > 0 && (there == null || !change.mayHaveMade(there))) {
                  findings.add(
                      "a change was acknowledged as seq %d, but %s, who read everything at the end, found %s there"
                          .formatted(seq, device, there == null ? "nothing" : there),
                      change::events);
                }
              });
        });
  }
}
