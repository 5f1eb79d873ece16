package dev.carillon.message.store;

import java.util.OptionalLong;

/// Short words for parts of a history.
public final class Ranges {
  private Ranges() {}

  public static HistoryRange newest(int limit) {
    return new HistoryRange(OptionalLong.empty(), OptionalLong.empty(), limit);
  }

  public static HistoryRange before(long seq, int limit) {
    return new HistoryRange(OptionalLong.empty(), OptionalLong.of(seq), limit);
  }

  public static HistoryRange after(long seq, int limit) {
    return new HistoryRange(OptionalLong.of(seq), OptionalLong.empty(), limit);
  }

  public static HistoryRange between(long after, long before, int limit) {
    return new HistoryRange(OptionalLong.of(after), OptionalLong.of(before), limit);
  }
}
