package dev.carillon.check.property;

import dev.carillon.check.history.Event;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Hex;
import dev.carillon.check.history.History;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Nobody sees what lies outside the time in which it belonged to a conversation, longer only where
/// the group shows its history to new members, and no user sends anything outside of it.
final class MembersOnly {
  /// A message in the eyes of a user.
  private record Sight(String user, String conversation, long seq) {}

  private MembersOnly() {}

  static void check(History history, Findings findings) {
    Set<Sight> told = new HashSet<>();
    for (Event event : history.events()) {
      for (Fact fact : History.factsOf(event)) {
        String user = event.device().user();
        boolean known = history.conversations().containsKey(fact.conversation());
        if (known
            && !history.memberships().maySee(user, fact, event.at())
            && told.add(new Sight(user, fact.conversation(), fact.seq()))) {
          findings.add(
              "%s saw %s, which is not for %s (expected: only what is said to members)"
                  .formatted(event.device(), fact, user),
              () -> changesOf(user, fact.conversation(), history),
              () -> List.of(event));
        }
      }
    }
    checkSaid(history, findings);
  }

  private static void checkSaid(History history, Findings findings) {
    for (Fact fact : history.facts()) {
      if (history.conversations().containsKey(fact.conversation())
          && !history.memberships().maySay(fact)) {
        findings.add(
            "%s was stored, though %s was no member of %s there (expected: refused)"
                .formatted(fact, fact.sender(), Hex.head(fact.conversation())),
            () -> changesOf(fact.sender(), fact.conversation(), history));
      }
    }
  }

  private static List<Event> changesOf(String user, String conversation, History history) {
    return history.changes().stream()
        .filter(change -> change.invoked().conversation().equals(conversation))
        .filter(change ->
            change.invoked().added().contains(user) || change.invoked().removed().contains(user))
        .flatMap(change -> change.events().stream())
        .toList();
  }
}
