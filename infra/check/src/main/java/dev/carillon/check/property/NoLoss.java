package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Changed;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.Reader;
import dev.carillon.check.history.MembershipChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Every acknowledged message is in history, where its acknowledgement said, for every member that
/// may read it; so is the notice of every acknowledged change.
final class NoLoss implements Property {
  @Override
  public String name() {
    return "no loss after acknowledgement";
  }

  @Override
  public String promise() {
    return "Every acknowledged message is in history, where its acknowledgement said.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Map<String, Map<Reader, Map<Long, Fact>>> reads = new HashMap<>();
    history
        .lastReads()
        .forEach((reader, facts) ->
            reads
                .computeIfAbsent(reader.conversation(), absent -> new HashMap<>())
                .put(reader, bySeq(facts)));
    Acknowledged.of(history)
        .forEach(acknowledged ->
            reads
                .getOrDefault(acknowledged.send().conversation(), Map.of())
                .forEach((reader, read) -> {
                  if (isFor(reader, acknowledged.seq(), history)) {
                    check(acknowledged, reader, read, findings);
                  }
                }));
    history.changes().forEach(change -> checkChange(change, reads, history, findings));
    return findings.all();
  }

  private static boolean isFor(Reader reader, long seq, History history) {
    return history.memberships().seesAtTheEnd(reader.conversation(), reader.device().user(), seq);
  }

  /// What the server says that it changed has its notice.
  private static void checkChange(
      MembershipChange change,
      Map<String, Map<Reader, Map<Long, Fact>>> reads,
      History history,
      Findings findings) {
    long seq = change.changed().map(Changed::seq).orElse(0L);
    reads
        .getOrDefault(change.invoked().conversation(), Map.of())
        .forEach((reader, read) -> {
          Fact there = read.get(seq);
          boolean made = there != null && change.mayHaveMade(there);
          if (seq > 0 && isFor(reader, seq, history) && !made) {
            findings.add(
                "a change was acknowledged as seq %d, but %s, who read everything at the end, found %s there"
                    .formatted(seq, reader.device(), there == null ? "nothing" : there),
                change::events);
          }
        });
  }

  private static Map<Long, Fact> bySeq(List<Fact> facts) {
    return facts.stream().collect(Collectors.toMap(Fact::seq, fact -> fact, (one, two) -> one));
  }

  private static void check(
      Acknowledged acknowledged, Reader reader, Map<Long, Fact> read, Findings findings) {
    Fact there = read.get(acknowledged.seq());
    if (there != null && acknowledged.send().is(there)) {
      return;
    }
    findings.add(
        "%s was acknowledged as seq %d, but %s, who read everything at the end, found %s there"
            .formatted(
                acknowledged.send(),
                acknowledged.seq(),
                reader.device(),
                there == null ? "nothing" : there),
        () -> List.<Event>copyOf(acknowledged.events()));
  }
}
