package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.DeviceConversation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every message names the one before it: at the device and in history no link is missing.
final class ChainComplete {
  private ChainComplete() {}

  static void check(History history, Findings findings) {
    Map<DeviceConversation, Handed> last = new HashMap<>();
    history
        .events(Handed.class)
        .forEach(handed -> {
          Handed before =
              last.put(
                  new DeviceConversation(handed.device(), handed.fact().conversation()), handed);
          long held = before == null ? 0 : before.fact().seq();
          // What goes back or repeats is the business of other properties.
          if (handed.fact().prevSeq() != held
              && handed.fact().seq() > held
              && !begins(handed.device(), handed.fact(), history)) {
            findings.add(
                "%s was handed %s, but held %d before (expected: %d)"
                    .formatted(handed.device(), handed.fact(), held, handed.fact().prevSeq()),
                () -> before == null ? List.of(handed) : List.of(before, handed));
          }
        });
    history.lastReads().forEach((reader, facts) -> checkRead(reader, facts, history, findings));
  }

  /// A member that joins late, or again, lacks what came before.
  private static boolean begins(Device device, Fact fact, History history) {
    return fact.prevSeq() > 0 && history.memberships().beginsAt(device.user(), fact);
  }

  private static void checkRead(
      DeviceConversation reader, List<Fact> facts, History history, Findings findings) {
    long before = 0;
    for (Fact fact : facts) {
      if (fact.prevSeq() != before
          && fact.seq() > before
          && !begins(reader.device(), fact, history)) {
        findings.add(
            "history gave %s %s right after seq %d (expected: after %d)"
                .formatted(reader.device(), fact, before, fact.prevSeq()));
      }
      before = Math.max(before, fact.seq());
    }
  }
}
