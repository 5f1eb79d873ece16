package dev.carillon.check.workload;

import dev.carillon.check.history.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Up to where a device holds each conversation, in order, and up to where it knows of messages.
/// What arrives before the messages that precede it is known, and has to be pulled with them. Safe
/// for use by several threads.
final class HeldMessages {
  private final Map<String, Long> held = new HashMap<>();
  private final Map<String, Long> known = new HashMap<>();
  private final Consumer<Fact> next;

  /// @param next gets every message once, in order
  HeldMessages(Consumer<Fact> next) {
    this.next = next;
  }

  /// The newest message held; 0: none.
  synchronized long held(String conversation) {
    return held.getOrDefault(conversation, 0L);
  }

  /// There is a message with this number.
  synchronized void know(String conversation, long seq) {
    known.merge(conversation, seq, Math::max);
  }

  /// The number of the newest message of each conversation that lacks some.
  synchronized Map<String, Long> missing() {
    known.entrySet().removeIf(one -> held(one.getKey()) >= one.getValue());
    return Map.copyOf(known);
  }

  /// Takes a message that has arrived.
  synchronized void take(Fact fact) {
    know(fact.conversation(), fact.seq());
    if (fact.prevSeq() <= held(fact.conversation())) {
      hold(fact);
    }
  }

  /// Takes a range of history, which is complete by the contract.
  ///
  /// @param visibleAfter messages up to this seq are not visible to the device's user
  synchronized void takeHistory(String conversation, long visibleAfter, List<Fact> facts) {
    held.merge(conversation, visibleAfter, Math::max);
    facts.forEach(this::hold);
  }

  private void hold(Fact fact) {
    if (fact.seq() > held(fact.conversation())) {
      held.put(fact.conversation(), fact.seq());
      next.accept(fact);
    }
  }
}
