package dev.carillon.check.property;

import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Once a message is acknowledged, every reading of history by its sender holds it, from whatever
/// device.
final class ReadYourWrites implements Property {
  /// What one user sends to one conversation.
  private record UserConversation(String user, String conversation) {}

  @Override
  public String name() {
    return "read your writes";
  }

  @Override
  public String promise() {
    return "What was acknowledged is in all that its sender reads from then on, on any device.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Map<UserConversation, List<Acknowledged>> sentBy =
        Acknowledged.of(history)
            .collect(
                Collectors.groupingBy(sent ->
                    new UserConversation(sent.send().sender(), sent.send().conversation())));
    history
        .events(HistoryRead.class)
        .forEach(read -> {
          UserConversation key = new UserConversation(read.device().user(), read.conversation());
          check(read, sentBy.getOrDefault(key, List.of()), history, findings);
        });
    return findings.all();
  }

  private static void check(
      HistoryRead read, List<Acknowledged> sends, History history, Findings findings) {
    Set<Long> found = read.facts().stream().map(Fact::seq).collect(Collectors.toSet());
    for (Acknowledged sent : sends) {
      boolean due = sent.stored().at() < read.askedAt() && read.covers(sent.seq());
      if (due && !found.contains(sent.seq()) && Reads.due(read, sent.seq(), history)) {
        findings.add(
            "%s read history without %s, acknowledged before as seq %d (expected: with it)"
                .formatted(read.device(), sent.send(), sent.seq()),
            () -> Events.joined(sent.events(), List.of(read)));
      }
    }
  }
}
