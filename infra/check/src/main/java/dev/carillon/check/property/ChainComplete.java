package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import java.util.List;

/// Every message names the one before it: at the device and in history no link is missing.
final class ChainComplete {
  private ChainComplete() {}

  static void check(History history, Findings findings) {
    history
        .handed()
        .forEach((stream, handed) -> {
          for (int i = 0; i < handed.size(); i++) {
            Fact fact = handed.get(i).fact();
            List<Handed> pair = handed.subList(Math.max(0, i - 1), i + 1);
            long held = i == 0 ? 0 : pair.getFirst().fact().seq();
            if (isBroken(held, fact, stream.device(), history)) {
              findings.add(
                  "%s was handed %s, but held %d before (expected: %d)"
                      .formatted(stream.device(), fact, held, fact.prevSeq()),
                  () -> pair);
            }
          }
        });
    history
        .lastReads()
        .forEach((reader, facts) -> {
          long before = 0;
          for (Fact fact : facts) {
            if (isBroken(before, fact, reader.device(), history)) {
              findings.add(
                  "history gave %s %s right after seq %d (expected: after %d)"
                      .formatted(reader.device(), fact, before, fact.prevSeq()));
            }
            before = Math.max(before, fact.seq());
          }
        });
  }

  /// What goes back or repeats is the business of other properties, and a member that joins late,
  /// or again, lacks what came before.
  private static boolean isBroken(long before, Fact fact, Device device, History history) {
    return fact.prevSeq() != before
        && fact.seq() > before
        && !(fact.prevSeq() > 0 && history.memberships().beginsAt(device.user(), fact));
  }
}
