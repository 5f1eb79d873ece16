package dev.carillon.message.conversation;

import java.util.OptionalLong;

/// Short words for parts of a history.
final class Ranges {
  private Ranges() {}

  static HistoryRange newest(int limit) {
    return new HistoryRange(OptionalLong.empty(), OptionalLong.empty(), limit);
  }

  static HistoryRange before(long seq, int limit) {
    return new HistoryRange(OptionalLong.empty(), OptionalLong.of(seq), limit);
  }

  static HistoryRange after(long seq, int limit) {
    return new HistoryRange(OptionalLong.of(seq), OptionalLong.empty(), limit);
  }

  static HistoryRange between(long after, long before, int limit) {
    return new HistoryRange(OptionalLong.of(after), OptionalLong.of(before), limit);
  }
}
