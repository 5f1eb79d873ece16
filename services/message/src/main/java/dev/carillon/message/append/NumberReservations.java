package dev.carillon.message.append;

import dev.carillon.message.append.BatchPlanner.Planned;
import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Reserves numbers before a conversation has used up those it has, and keeps the changes of
/// conversations that have none, so that they do not hold up the others. Confined to its writer's
/// thread.
final class NumberReservations {
  private final SequenceClient sequence;
  private final SequenceClient.Grants grants;
  private final NumberBlocks blocks;
  private final Map<ConversationId, Deque<Task>> waiting = new LinkedHashMap<>();
  private final Set<ConversationId> asked = new HashSet<>();
  private final Map<ConversationId, SequenceClient.Wish> wishes = new HashMap<>();

  /// @param grants where the sequence service's answers go
  /// @param blocks what was granted and is not used yet
  NumberReservations(SequenceClient sequence, SequenceClient.Grants grants, NumberBlocks blocks) {
    this.sequence = sequence;
    this.grants = grants;
    this.blocks = blocks;
  }

  /// Keeps a task back behind those of its conversation that wait already.
  ///
  /// @return whether any do
  boolean keptBack(Task task) {
    Deque<Task> before = waiting.get(task.conversation());
    return before != null && before.add(task);
  }

  /// The tasks wait until numbers are there; later tasks of the conversation wait behind them.
  void await(Planned planned) {
    ConversationId conversation = planned.draft().id();
    waiting.computeIfAbsent(conversation, absent -> new ArrayDeque<>()).addAll(planned.tasks());
    wish(planned, planned.numbersNeeded());
  }

  /// The conversation has just used numbers: time to look whether more should be reserved.
  void used(Planned planned) {
    if (blocks.low(planned.draft().id())) {
      wish(planned, 1);
    }
  }

  private void wish(Planned planned, int count) {
    ConversationId conversation = planned.draft().id();
    if (asked.add(conversation)) {
      long floor = planned.draft().base().lastSeq();
      wishes.put(conversation, new SequenceClient.Wish(conversation, count, floor));
    }
  }

  /// Sends everything wished for since the last call in one request.
  void flush() {
    if (!wishes.isEmpty()) {
      List<SequenceClient.Wish> batch = List.copyOf(wishes.values());
      wishes.clear();
      sequence.reserve(batch, grants);
    }
  }

  /// Takes granted numbers in.
  ///
  /// @return the tasks that waited for them, in order
  List<Task> granted(AppendEvent.Granted granted) {
    blocks.granted(granted.conversation(), granted.first(), granted.last());
    return answered(granted.conversation());
  }

  /// Takes in that there are no numbers for a conversation.
  ///
  /// @return the tasks that waited for them, in order
  List<Task> notGranted(AppendEvent.NotGranted notGranted) {
    return answered(notGranted.conversation());
  }

  private List<Task> answered(ConversationId conversation) {
    asked.remove(conversation);
    Deque<Task> tasks = waiting.remove(conversation);
    return tasks == null ? List.of() : List.copyOf(tasks);
  }

  /// Lets go of the tasks whose time is up.
  List<Task> expired(long now) {
    List<Task> expired = new ArrayList<>();
    Iterator<Deque<Task>> all = waiting.values().iterator();
    while (all.hasNext()) {
      Deque<Task> tasks = all.next();
      // They were accepted in this order and have all the same time.
      while (!tasks.isEmpty() && tasks.getFirst().left(now) <= 0) {
        expired.add(tasks.removeFirst());
      }
      if (tasks.isEmpty()) {
        all.remove();
      }
    }
    return expired;
  }

  /// How long until the time of the first waiting task is up, in nanoseconds; empty when none
  /// waits.
  OptionalLong nextExpiry(long now) {
    return waiting.values().stream().mapToLong(tasks -> tasks.getFirst().left(now)).min();
  }
}
