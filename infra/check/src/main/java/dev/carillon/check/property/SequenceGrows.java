package dev.carillon.check.property;

import dev.carillon.check.history.History;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Numbers only grow: whoever begins to send after an acknowledgement gets a greater number, and no
/// number is zero or less.
final class SequenceGrows implements Property {
  @Override
  public String name() {
    return "numbers only grow";
  }

  @Override
  public String promise() {
    return "A number never repeats and never decreases, over whatever happens to the servers.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Map<String, List<Acknowledged>> conversations =
        Acknowledged.of(history).collect(Collectors.groupingBy(sent -> sent.send().conversation()));
    for (List<Acknowledged> sends : conversations.values()) {
      for (Acknowledged sent : sends) {
        if (sent.seq() < 1 || sent.stored().prevSeq() >= sent.seq()) {
          findings.add(
              "%s was stored as seq %d after %d (expected: greater than the one before, from 1)"
                  .formatted(sent.send(), sent.seq(), sent.stored().prevSeq()),
              sent::events);
        }
      }
      RealTime.wrong(sends)
          .forEach(pair ->
              findings.add(
                  "%s got seq %d, though seq %d had been acknowledged before it was sent"
                      .formatted(pair.later().send(), pair.later().seq(), pair.earlier().seq()),
                  () -> Events.joined(pair.earlier().events(), pair.later().events())));
    }
    return findings.all();
  }
}
