package dev.carillon.check.workload;

import dev.carillon.check.history.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The messages of a device that arrived before the messages that precede them, and the newest
/// message of each conversation that was handed over in order. For use by one thread.
final class ReorderBuffer {
  private final Map<String, Long> held = new HashMap<>();
  private final Map<String, NavigableMap<Long, Fact>> early = new HashMap<>();

  /// The newest message held; 0: none.
  long held(String conversation) {
    return held.getOrDefault(conversation, 0L);
  }

  /// Takes a message that has arrived.
  ///
  /// @return the messages that can be handed over now, in order
  List<Fact> take(Fact fact) {
    if (fact.seq() <= held(fact.conversation())) {
      return List.of();
    }
    waiting(fact.conversation()).put(fact.seq(), fact);
    return consecutive(fact.conversation());
  }

  /// What has to be pulled before the conversation's early messages can be handed over: everything
  /// after what is held and up to the number returned; 0: nothing.
  long missingUpTo(String conversation) {
    NavigableMap<Long, Fact> waiting = waiting(conversation);
    return waiting.isEmpty() ? 0 : waiting.firstEntry().getValue().prevSeq();
  }

  /// Takes a range of history, which is complete by the contract.
  ///
  /// @param visibleAfter messages up to this seq are not visible to the device's user
  /// @return the messages that can be handed over now, in order
  List<Fact> takeHistory(String conversation, long visibleAfter, List<Fact> facts) {
    List<Fact> ready = new ArrayList<>();
    held.merge(conversation, visibleAfter, Math::max);
    for (Fact fact : facts) {
      if (fact.seq() > held(conversation)) {
        held.put(conversation, fact.seq());
        ready.add(fact);
      }
    }
    waiting(conversation).headMap(held(conversation), true).clear();
    ready.addAll(consecutive(conversation));
    return ready;
  }

  private NavigableMap<Long, Fact> waiting(String conversation) {
    return early.computeIfAbsent(conversation, absent -> new TreeMap<>());
  }

  private List<Fact> consecutive(String conversation) {
    NavigableMap<Long, Fact> waiting = waiting(conversation);
    List<Fact> ready = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.firstEntry().getValue().prevSeq() <= held(conversation)) {
      Fact next = waiting.pollFirstEntry().getValue();
      held.put(conversation, next.seq());
      ready.add(next);
    }
    return ready;
  }
}
