package dev.carillon.check.history;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One message that a device tried to send, with all attempts made under its id, in the order in
/// which they began.
///
/// @param attempts the attempts, one or more
public record Send(List<Attempt> attempts) {
  /// One attempt.
  ///
  /// @param outcome null: it never ended
  public record Attempt(Event.Invoked invoked, Event.@Nullable Outcome outcome) {
    /// Where the attempt's message was stored, by the server's word.
    public Optional<Event.Stored> stored() {
      return outcome instanceof Event.Stored stored ? Optional.of(stored) : Optional.empty();
    }

    /// Whether the server said that it did not store it and will not.
    public boolean refused() {
      return outcome instanceof Event.Refused;
    }
  }

  /// Copies the list.
  public Send {
    attempts = List.copyOf(attempts);
    if (attempts.isEmpty()) {
      throw new IllegalArgumentException("attempts: 0 (expected: 1 or more)");
    }
  }

  /// The first attempt.
  public Event.Invoked first() {
    return attempts.getFirst().invoked();
  }

  public String conversation() {
    return first().conversation();
  }

  public String id() {
    return first().id();
  }

  public String sender() {
    return first().device().user();
  }

  /// The acknowledgement that came first; empty when none did.
  public Optional<Event.Stored> stored() {
    return attempts.stream()
        .flatMap(attempt -> attempt.stored().stream())
        .min((a, b) -> Long.compare(a.at(), b.at()));
  }

  /// Whether every attempt was refused for good.
  public boolean refused() {
    return attempts.stream().allMatch(Attempt::refused);
  }

  /// The bodies that may have been stored.
  public Set<Long> possibleHashes() {
    return attempts.stream()
        .filter(attempt -> !attempt.refused())
        .map(attempt -> attempt.invoked().hash())
        .collect(Collectors.toSet());
  }

  /// Whether a fact is this message, whatever it says.
  public boolean is(Fact fact) {
    return fact.id().equals(id())
        && fact.sender().equals(sender())
        && fact.conversation().equals(conversation());
  }

  /// The attempts and their outcomes.
  public List<Event> events() {
    return attempts.stream()
        .flatMap(attempt -> Stream.of(attempt.invoked(), attempt.outcome()))
        .filter(Objects::nonNull)
        .toList();
  }

  @Override
  public String toString() {
    return "message %s of %s to %s"
        .formatted(Hex.head(id()), first().device(), Hex.head(conversation()));
  }
}
