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

/// What anybody saw once stays: a send whose outcome nobody knows may be in or out, but does not
/// change its mind.
final class SeenStays implements Property {
  /// Where a message is.
  private record Place(String conversation, long seq) {}

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
    Map<Reader, Set<Place>> reads = new HashMap<>();
    Map<String, List<Reader>> readers = new HashMap<>();
    history
        .lastReads()
        .forEach((reader, facts) -> {
          Set<Place> places = new HashSet<>();
          facts.forEach(fact -> places.add(place(fact)));
          reads.put(reader, places);
          readers.computeIfAbsent(reader.conversation(), absent -> new ArrayList<>()).add(reader);
        });
    for (Fact fact : history.facts()) {
      for (Reader reader : readers.getOrDefault(fact.conversation(), List.of())) {
        if (!reads.getOrDefault(reader, Set.of()).contains(place(fact))
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

  private static Place place(Fact fact) {
    return new Place(fact.conversation(), fact.seq());
  }
}
