package dev.carillon.check.workload;

import dev.carillon.check.history.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a device holds of every conversation, and what has come too early: a message is handed over
/// once the one that it names is held. For use by one thread.
final class Chains {
  private final Map<String, Long> held = new HashMap<>();
  private final Map<String, TreeMap<Long, Fact>> early = new HashMap<>();

  /// The newest message held; 0: none.
  long held(String conversation) {
    return held.getOrDefault(conversation, 0L);
  }

  /// Takes a message that has come.
  ///
  /// @return what is to be handed over now, in order
  List<Fact> take(Fact fact) {
    if (fact.seq() <= held(fact.conversation())) {
      return List.of();
    }
    TreeMap<Long, Fact> waiting =
        early.computeIfAbsent(fact.conversation(), absent -> new TreeMap<>());
    waiting.put(fact.seq(), fact);
    return links(fact.conversation(), waiting);
  }

  /// What has to be pulled before the conversation's early messages can be handed over: everything
  /// after what is held and up to the number returned; 0: nothing.
  long missingUpTo(String conversation) {
    TreeMap<Long, Fact> waiting = early.get(conversation);
    return waiting == null || waiting.isEmpty() ? 0 : waiting.firstEntry().getValue().prevSeq();
  }

  /// Takes a part of history, which history vouches to be complete, as it is.
  ///
  /// @param visibleAfter what comes up to here is not for this device's user
  /// @return what is to be handed over now, in order
  List<Fact> takeHistory(String conversation, long visibleAfter, List<Fact> facts) {
    List<Fact> ready = new ArrayList<>();
    held.merge(conversation, visibleAfter, Math::max);
    for (Fact fact : facts) {
      if (fact.seq() > held(conversation)) {
        held.put(conversation, fact.seq());
        ready.add(fact);
      }
    }
    TreeMap<Long, Fact> waiting = early.get(conversation);
    if (waiting != null) {
      waiting.headMap(held(conversation), true).clear();
      ready.addAll(links(conversation, waiting));
    }
    return ready;
  }

  private List<Fact> links(String conversation, NavigableMap<Long, Fact> waiting) {
    List<Fact> ready = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.firstEntry().getValue().prevSeq() <= held(conversation)) {
      Fact next = waiting.pollFirstEntry().getValue();
      held.put(conversation, next.seq());
      ready.add(next);
    }
    return ready;
  }
}
