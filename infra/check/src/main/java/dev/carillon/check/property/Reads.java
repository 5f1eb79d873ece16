package dev.carillon.check.property;

import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.History;

/// What readings of history owe their readers.
final class Reads {
  private Reads() {}

  /// Whether the reader was certainly entitled to a message while it read.
  static boolean due(HistoryRead read, long seq, History history) {
    return history
        .memberships()
        .surelySees(read.conversation(), read.device().user(), seq, read.askedAt(), read.at());
  }
}
