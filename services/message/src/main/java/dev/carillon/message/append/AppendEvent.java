package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;

/// What reaches an [AppendWriter] from other threads: a [Task], or an answer to its wish for
/// numbers.
sealed interface AppendEvent permits Task, AppendEvent.Granted, AppendEvent.NotGranted {

  /// The numbers `first` to `last`, both included, are the conversation's.
  record Granted(ConversationId conversation, long first, long last) implements AppendEvent {}

  /// No numbers could be had in time.
  record NotGranted(ConversationId conversation, String why) implements AppendEvent {}
}
