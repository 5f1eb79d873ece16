package dev.carillon.message.fanout;

import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/// What a loop keeps until it is due, by a monotonic time. Confined to the loop's thread.
final class DueQueue<T> {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  // Monotonic times may overflow; their difference does not.
  private final PriorityQueue<Entry<T>> entries =
      new PriorityQueue<>((one, other) -> Long.signum(one.at() - other.at()));

  private record Entry<T>(T item, long at) {}

  void add(T item, long at) {
    entries.add(new Entry<>(item, at));
  }

  /// Adds what has failed so many times in a row, to be tried again.
  void retry(T item, int failures, long now) {
    add(item, now + BACKOFF.delay(failures).toNanos());
  }

  int size() {
    return entries.size();
  }

  void remove(T item) {
    entries.removeIf(entry -> entry.item().equals(item));
  }

  /// Gives every item its time anew.
  void reschedule(ToLongFunction<T> at) {
    List<Entry<T>> anew =
        entries.stream()
            .map(entry -> new Entry<>(entry.item(), at.applyAsLong(entry.item())))
            .toList();
    entries.clear();
    entries.addAll(anew);
  }

  /// Removes what is due, at most so many items, the earliest first.
  List<T> takeDue(long now, int limit) {
    List<T> due = new ArrayList<>();
    while (due.size() < limit && !entries.isEmpty() && entries.element().at() - now <= 0) {
      due.add(entries.remove().item());
    }
    return due;
  }

  /// Removes all that is due, the earliest first.
  List<T> takeDue(long now) {
    return takeDue(now, Integer.MAX_VALUE);
  }

  /// When the loop has to look again: when the next item is due.
  Next next(long now) {
    return entries.isEmpty()
        ? Next.WHEN_QUEUED
        : new Next.Within(Duration.ofNanos(Math.max(0, entries.element().at() - now)));
  }
}
