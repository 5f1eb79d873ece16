package dev.carillon.check.property;

import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A message that a device saw once stays: a send with an unknown outcome may be in or out, but
/// does not change its mind.
final class SeenStays implements Property {
  /// Where a message is.
  private record Position(String conversation, long seq) {}

  @Override
  public String name() {
    return "seen stays";
  }

  @Override
  public String promise() {
    return "A send of unknown outcome is in or out; once anybody saw a message it stays.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Map<Reader, Set<Position>> reads = new HashMap<>();
    Map<String, List<Reader>> readers = new HashMap<>();
    history
        .lastReads()
        .forEach((reader, facts) -> {
          Set<Position> positions = new HashSet<>();
          facts.forEach(fact -> positions.add(position(fact)));
          reads.put(reader, positions);
          readers.computeIfAbsent(reader.conversation(), absent -> new ArrayList<>()).add(reader);
        });
    for (Fact fact : history.facts()) {
      for (Reader reader : readers.getOrDefault(fact.conversation(), List.of())) {
        if (!reads.getOrDefault(reader, Set.of()).contains(position(fact))
            && history
                .memberships()
                .seesAtTheEnd(fact.conversation(), reader.device().user(), fact.seq())) {
          findings.add(
              "%s was seen, but %s, who read everything at the end, did not find it"
                  .formatted(fact, reader.device()),
              () -> history.sightings(fact));
        }
      }
    }
    return findings.all();
  }

  private static Position position(Fact fact) {
    return new Position(fact.conversation(), fact.seq());
  }
}
