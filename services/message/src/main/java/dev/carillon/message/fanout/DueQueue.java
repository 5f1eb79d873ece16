package dev.carillon.message.fanout;

import dev.carillon.runtime.batch.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/// What a loop keeps until it is due, by a monotonic time. Confined to the loop's thread.
final class DueQueue<T> {
  private final PriorityQueue<Entry<T>> entries = new PriorityQueue<>();

  private record Entry<T>(T item, long at) implements Comparable<Entry<T>> {
    @Override
    public int compareTo(Entry<T> other) {
      // Monotonic times may overflow; their difference does not.
      return Long.signum(at - other.at);
    }
  }

  void add(T item, long at) {
    entries.add(new Entry<>(item, at));
  }

  int size() {
    return entries.size();
  }

  /// Gives every item its time anew.
  void reschedule(ToLongFunction<T> at) {
    List<Entry<T>> before = new ArrayList<>(entries);
    entries.clear();
    before.forEach(entry -> add(entry.item(), at.applyAsLong(entry.item())));
  }

  /// Removes what is due, the earliest first.
  List<T> takeDue(long now) {
    List<T> due = new ArrayList<>();
    for (Entry<T> next = entries.peek();
        next != null && next.at() - now <= 0;
        next = entries.peek()) {
      due.add(entries.remove().item());
    }
    return due;
  }

  /// When the loop has to look again: when the next item is due.
  Next next(long now) {
    Entry<T> next = entries.peek();
    return next == null
        ? Next.WHEN_QUEUED
        : new Next.Within(Duration.ofNanos(Math.max(0, next.at() - now)));
  }
}
