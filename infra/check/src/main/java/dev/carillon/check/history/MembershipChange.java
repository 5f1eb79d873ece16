package dev.carillon.check.history;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request to change a group's membership, and what became of it.
///
/// @param outcome null: it never ended
public record MembershipChange(Event.ChangeInvoked invoked, Event.@Nullable Outcome outcome) {
  /// What the server says that it did; empty when it does not say, or refused.
  public Optional<Event.Changed> changed() {
    return outcome instanceof Event.Changed changed ? Optional.of(changed) : Optional.empty();
  }

  /// Whether the request was to add a user.
  boolean adds(String user) {
    return invoked.added().contains(user);
  }

  /// Whether the request was to remove a user.
  boolean removes(String user) {
    return invoked.removed().contains(user);
  }

  /// Whether it was over at a moment, so that it changed nothing after it.
  boolean overBefore(long at) {
    return outcome != null && !(outcome instanceof Event.Unknown) && outcome.at() < at;
  }

  /// Whether a notice may report it. The server may have carried out any attempt of a request that
  /// ended otherwise.
  public boolean mayHaveMade(Fact fact) {
    Fact.Notice notice = fact.notice();
    return notice != null
        && fact.conversation().equals(invoked.conversation())
        && fact.sender().equals(invoked.device().user())
        && invoked.added().containsAll(notice.added())
        && invoked.removed().containsAll(notice.removed());
  }

  /// Whether its notice may have a number, by what the server says: a repeat finds nothing to do.
  boolean mayHaveMade(long seq) {
    return switch (outcome) {
      case Event.Changed changed -> changed.seq() == seq || changed.seq() == 0;
      case Event.Refused _ -> false;
      case Event.Stored _, Event.Unknown _ -> true;
      case null -> true;
    };
  }

  /// The request and its end.
  public List<Event> events() {
    return outcome == null ? List.of(invoked) : List.of(invoked, outcome);
  }
}
