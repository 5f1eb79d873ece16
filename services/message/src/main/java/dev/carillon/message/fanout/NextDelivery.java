package dev.carillon.message.fanout;

import java.util.List;

/// What is to be delivered next of a conversation.
sealed interface NextDelivery {
  /// Nothing for now; a later commit queues the conversation anew.
  record None() implements NextDelivery {}

  /// These messages, in order.
  record FromMemory(List<AddressedMessages> messages) implements NextDelivery {}

  /// Whatever the store holds beyond a position.
  ///
  /// @param delivered the newest message delivered, [ConversationFanOut#UNKNOWN] when only the
  ///   stored mark says it
  /// @param written the newest message written to the mailboxes, [ConversationFanOut#UNKNOWN]
  ///   likewise
  record FromStore(long delivered, long written) implements NextDelivery {}
}
