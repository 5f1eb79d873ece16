package dev.carillon.check.property;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// Walks through operations in real time: what ended before another began was there for it.
final class RealTime {
  private RealTime() {}

  /// Shows every operation as it begins, and before it all that ended before.
  static <T> void walk(
      Collection<T> all,
      ToLongFunction<T> begin,
      ToLongFunction<T> end,
      Consumer<T> ended,
      Consumer<T> begun) {
    Deque<T> byEnd = new ArrayDeque<>(all.stream().sorted(Comparator.comparingLong(end)).toList());
    all.stream()
        .sorted(Comparator.comparingLong(begin))
        .forEach(one -> {
          while (end.applyAsLong(byEnd.getFirst()) < begin.applyAsLong(one)) {
            ended.accept(byEnd.removeFirst());
          }
          begun.accept(one);
        });
  }

  /// Shows every operation together with the one of greatest value that ended before it began.
  static <T> void compare(
      Collection<T> all,
      ToLongFunction<T> begin,
      ToLongFunction<T> end,
      ToLongFunction<T> value,
      BiConsumer<T, T> pair) {
    NavigableMap<Long, T> ended = new TreeMap<>();
    walk(
        all,
        begin,
        end,
        one -> ended.putIfAbsent(value.applyAsLong(one), one),
        later -> {
          if (!ended.isEmpty()) {
            pair.accept(ended.lastEntry().getValue(), later);
          }
        });
  }
}
