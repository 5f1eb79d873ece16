package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The numbers reserved at the sequence service and not used yet, per conversation; confined to one
/// writer's thread.
///
/// A block stays good for ever, because nobody else was granted its numbers: when the conversation
/// has moved on meanwhile, the numbers it overtook are skipped.
final class NumberBlocks {
  /// A reserve is asked for when less than this part of the last block is left.
  private static final int PREFETCH_PART = 4;

  private final int capacity;
  private final Map<ConversationId, Blocks> blocks = new LinkedHashMap<>(16, 0.75f, true);

  /// @param capacity of how many conversations numbers are kept; those of the others are skipped
  NumberBlocks(int capacity) {
    this.capacity = capacity;
  }

  void granted(ConversationId conversation, long first, long last) {
    Blocks mine = blocks.computeIfAbsent(conversation, absent -> new Blocks());
    mine.ranges.add(new Range(first, last));
    mine.size = last - first + 1;
    if (blocks.size() > capacity) {
      blocks.remove(blocks.keySet().iterator().next());
    }
  }

  /// A cursor over the numbers of a conversation above `floor`. What it hands out counts as used
  /// only after [#used].
  Cursor cursor(ConversationId conversation, long floor) {
    return new Cursor(blocks.get(conversation), floor);
  }

  /// Forgets the numbers up to and including `seq`.
  void used(ConversationId conversation, long seq) {
    Blocks mine = blocks.get(conversation);
    if (mine == null) {
      return;
    }
    while (!mine.ranges.isEmpty() && mine.ranges.getFirst().last <= seq) {
      mine.ranges.removeFirst();
    }
    if (!mine.ranges.isEmpty() && mine.ranges.getFirst().first <= seq) {
      mine.ranges.addFirst(new Range(seq + 1, mine.ranges.removeFirst().last));
    }
  }

  /// Whether it is time to reserve more, so that nobody has to wait for it.
  boolean low(ConversationId conversation) {
    Blocks mine = blocks.get(conversation);
    return mine != null && mine.left() * PREFETCH_PART < mine.size;
  }

  private record Range(long first, long last) {}

  private static final class Blocks {
    private final Deque<Range> ranges = new ArrayDeque<>(2);
    private long size;

    long left() {
      return ranges.stream().mapToLong(range -> range.last - range.first + 1).sum();
    }
  }

  /// Hands out the numbers of one conversation in ascending order.
  static final class Cursor {
    private final Iterator<Range> ranges;
    private long next = 1;
    private long last = 0;
    private long floor;

    private Cursor(@Nullable Blocks blocks, long floor) {
      this.ranges = blocks == null ? Collections.emptyIterator() : blocks.ranges.iterator();
      this.floor = floor;
    }

    /// The next number; 0 when there is none left.
    long next() {
      while (Math.max(next, floor + 1) > last) {
        if (!ranges.hasNext()) {
          return 0;
        }
        Range range = ranges.next();
        next = range.first;
        last = range.last;
      }
      long number = Math.max(next, floor + 1);
      floor = number;
      next = number + 1;
      return number;
    }
  }
}
