package dev.carillon.client;

import java.util.OptionalLong;

/// A requested part of a conversation's history.
///
/// @param afterSeq only messages with a greater seq; empty: from the beginning
/// @param beforeSeq only messages with a smaller seq; empty: up to the newest
/// @param limit how many at most, 1 to 200
public record HistoryRange(OptionalLong afterSeq, OptionalLong beforeSeq, int limit) {
  /// The largest limit.
  public static final int MAX_LIMIT = 200;

  /// Checks the limit and the bounds.
  ///
  /// @throws IllegalArgumentException when a value is out of its range
  public HistoryRange {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MAX_LIMIT + ")");
    }
    if (afterSeq.orElse(0) < 0 || beforeSeq.orElse(0) < 0) {
      throw new IllegalArgumentException("seq: negative (expected: 0 or more)");
    }
  }

  /// The newest messages.
  public static HistoryRange newest(int limit) {
    return new HistoryRange(OptionalLong.empty(), OptionalLong.empty(), limit);
  }

  /// The messages right after one.
  public static HistoryRange after(long seq, int limit) {
    return new HistoryRange(OptionalLong.of(seq), OptionalLong.empty(), limit);
  }

  /// The messages right before one.
  public static HistoryRange before(long seq, int limit) {
    return new HistoryRange(OptionalLong.empty(), OptionalLong.of(seq), limit);
  }
}
