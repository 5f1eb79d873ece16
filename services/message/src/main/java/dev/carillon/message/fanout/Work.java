package dev.carillon.message.fanout;

import java.util.List;

/// What is to be delivered next of a conversation.
sealed interface Work {
  /// Nothing for now; whoever makes it more queues the lane anew.
  record Nothing() implements Work {}

  /// These portions, in order.
  record Ready(List<Portion> portions) implements Work {}

  /// Whatever the store holds beyond a position.
  ///
  /// @param delivered the newest message delivered, [Lane#UNKNOWN] when only the stored mark tells
  /// @param bumped the newest message noted in the mailboxes, [Lane#UNKNOWN] likewise
  record Stored(long delivered, long bumped) implements Work {}
}
