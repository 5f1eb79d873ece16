package dev.carillon.connection.http;

import dev.carillon.connection.backend.Answer;
import dev.carillon.type.v1.Message;
import java.util.List;

/// Reads the messages after a position.
interface Reader {
  /// Reads once; never blocks. The answer comes on any thread.
  void read(ReceivePosition from, Answer<Batch> answer);

  /// What was read.
  ///
  /// @param messages per conversation in seq order
  /// @param position where the next read begins
  /// @param hasMore whether the limit left messages out
  record Batch(List<Message> messages, ReceivePosition position, boolean hasMore) {
    /// Copies the list.
    public Batch {
      messages = List.copyOf(messages);
    }
  }
}
