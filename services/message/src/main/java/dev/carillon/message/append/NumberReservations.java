package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/// The numbers that a writer's conversations were granted and have not used, and the changes of
/// conversations that have none, which are kept here so that they do not hold up the others.
/// Confined to the writer's thread.
///
/// More is reserved before a conversation has used up what it has. A block stays good for ever,
/// because nobody else was granted its numbers: when the conversation has moved on meanwhile, the
/// numbers it overtook are skipped.
final class NumberReservations {
  /// A reserve is asked for when less than this part of the last block is left.
  private static final int PREFETCH_PART = 4;

  private final SequenceClient sequence;
  private final SequenceClient.Grants grants;
  private final int capacity;
  private final SequencedMap<ConversationId, Blocks> blocks = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<ConversationId, Deque<Task>> waiting = new LinkedHashMap<>();
  private final Set<ConversationId> asked = new HashSet<>();
  private final List<SequenceClient.Wish> wishes = new ArrayList<>();

  /// @param grants where the sequence service's answers go
  /// @param capacity of how many conversations numbers are kept; those of the others are skipped
  NumberReservations(SequenceClient sequence, SequenceClient.Grants grants, int capacity) {
    this.sequence = sequence;
    this.grants = grants;
    this.capacity = capacity;
  }

  /// The conversation's least number above `floor`; 0 when there is none. It counts as used only
  /// after [#used].
  long next(ConversationId conversation, long floor) {
    Blocks mine = blocks.get(conversation);
    if (mine != null) {
      for (Range range : mine.ranges) {
        if (range.last > floor) {
          return Math.max(range.first, floor + 1);
        }
      }
    }
    return 0;
  }

  /// The numbers up to and including `seq` are used: forgets them, and wishes for more when few are
  /// left, so that nobody has to wait for it.
  void used(ConversationId conversation, long seq) {
    Blocks mine = blocks.get(conversation);
    if (mine != null) {
      mine.drop(seq);
      if (mine.left() * PREFETCH_PART < mine.size) {
        wish(conversation, 1, seq);
      }
    }
  }

  /// Keeps a task back behind those of its conversation that wait already.
  ///
  /// @return whether any do
  boolean keptBack(Task task) {
    Deque<Task> before = waiting.get(task.conversation());
    return before != null && before.add(task);
  }

  /// The tasks wait until numbers above `floor` are there; later tasks of the conversation wait
  /// behind them.
  void await(ConversationId conversation, List<Task> tasks, long floor) {
    waiting.computeIfAbsent(conversation, absent -> new ArrayDeque<>()).addAll(tasks);
    wish(conversation, tasks.stream().mapToInt(task -> task.change.numbers()).sum(), floor);
  }

  private void wish(ConversationId conversation, int count, long floor) {
    if (asked.add(conversation)) {
      wishes.add(new SequenceClient.Wish(conversation, count, floor));
    }
  }

  /// Sends everything wished for since the last call in one request.
  void flush() {
    if (!wishes.isEmpty()) {
      List<SequenceClient.Wish> batch = List.copyOf(wishes);
      wishes.clear();
      sequence.reserve(batch, grants);
    }
  }

  /// Takes in the numbers `first` to `last`, both included.
  ///
  /// @return the tasks that waited for them, in order
  List<Task> granted(ConversationId conversation, long first, long last) {
    blocks.computeIfAbsent(conversation, absent -> new Blocks()).add(new Range(first, last));
    if (blocks.size() > capacity) {
      blocks.pollFirstEntry();
    }
    return answered(conversation);
  }

  /// The wish of a conversation is answered, with numbers or without.
  ///
  /// @return the tasks that waited for them, in order
  List<Task> answered(ConversationId conversation) {
    asked.remove(conversation);
    Deque<Task> tasks = waiting.remove(conversation);
    return tasks == null ? List.of() : List.copyOf(tasks);
  }

  /// Lets go of the tasks whose time is up.
  List<Task> expired(long now) {
    List<Task> expired = new ArrayList<>();
    for (Deque<Task> tasks : waiting.values()) {
      // They were accepted in this order and have all the same time.
      while (!tasks.isEmpty() && tasks.getFirst().left(now) <= 0) {
        expired.add(tasks.removeFirst());
      }
    }
    waiting.values().removeIf(Deque::isEmpty);
    return expired;
  }

  /// How long until the time of the first waiting task is up, in nanoseconds; empty when none
  /// waits.
  OptionalLong nextExpiry(long now) {
    return waiting.values().stream().mapToLong(tasks -> tasks.getFirst().left(now)).min();
  }

  private record Range(long first, long last) {}

  /// What one conversation was granted and has not used.
  private static final class Blocks {
    private final Deque<Range> ranges = new ArrayDeque<>(2);
    // Of the newest block, when it was granted.
    private long size;

    void add(Range granted) {
      ranges.add(granted);
      size = granted.last - granted.first + 1;
    }

    void drop(long seq) {
      while (!ranges.isEmpty() && ranges.getFirst().first <= seq) {
        Range range = ranges.removeFirst();
        if (range.last > seq) {
          ranges.addFirst(new Range(seq + 1, range.last));
        }
      }
    }

    long left() {
      return ranges.stream().mapToLong(range -> range.last - range.first + 1).sum();
    }
  }
}
