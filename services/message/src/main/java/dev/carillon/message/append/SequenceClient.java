package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import java.util.List;

/// Where the numbers of messages come from.
///
/// Threads: any. [#reserve] never blocks. Retries: the client tries other owners by itself for a
/// bounded time; numbers that are granted to a lost answer are skipped for ever, which does no
/// harm.
public interface SequenceClient {
  /// Asks for blocks of numbers; the listener is called exactly once per wish, on any thread,
  /// possibly before this returns.
  void reserve(List<Wish> wishes, Grants grants);

  /// What is wanted for one conversation.
  ///
  /// @param minCount how many numbers are needed at least, 1 to 100,000
  /// @param floor numbers up to and including this one are taken
  record Wish(ConversationId conversation, int minCount, long floor) {}

  /// Takes the answers.
  interface Grants {
    /// The numbers `first` to `last`, both included, are the caller's alone; all are greater than
    /// any granted before.
    void granted(ConversationId conversation, long first, long last);

    /// Nothing could be had in time.
    ///
    /// @param why for the log and the caller's refusal
    void failed(ConversationId conversation, String why);
  }
}
