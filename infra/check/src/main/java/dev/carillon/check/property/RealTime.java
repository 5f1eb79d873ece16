package dev.carillon.check.property;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks through acknowledged sends in real time and finds those that did not get a greater number
/// than what had been acknowledged before they began.
final class RealTime {
  private RealTime() {}

  /// A pair in the wrong order.
  ///
  /// @param earlier acknowledged before `later` began, with the greater number
  record Pair(Acknowledged earlier, Acknowledged later) {}

  /// The pairs in the wrong order among sends to one conversation: for each later one the worst.
  static List<Pair> wrong(List<Acknowledged> sends) {
    List<Acknowledged> byBegin =
        sends.stream()
            .sorted(Comparator.comparingLong((Acknowledged a) -> a.send().first().at()))
            .toList();
    List<Acknowledged> byEnd =
        sends.stream()
            .sorted(Comparator.comparingLong((Acknowledged a) -> a.stored().at()))
            .toList();
    List<Pair> wrong = new ArrayList<>();
    Acknowledged greatest = null;
    int ended = 0;
    for (Acknowledged later : byBegin) {
      while (ended < byEnd.size() && byEnd.get(ended).stored().at() < later.send().first().at()) {
        greatest = greater(greatest, byEnd.get(ended++));
      }
      if (greatest != null && greatest.seq() >= later.seq()) {
        wrong.add(new Pair(greatest, later));
      }
    }
    return wrong;
  }

  private static Acknowledged greater(@Nullable Acknowledged one, Acknowledged other) {
    return one == null || other.seq() > one.seq() ? other : one;
  }
}
