package dev.carillon.message.mailbox;

/// How much a page of a sync may hold.
///
/// @param threads how many threads at most, at least 1
/// @param messagesPerThread how many of its newest messages come with a thread, at least 0
public record PageSize(int threads, int messagesPerThread) {
  /// Refuses sizes that are none.
  public PageSize {
    if (threads < 1 || messagesPerThread < 0) {
      throw new IllegalArgumentException(
          "page of "
              + threads
              + " threads with "
              + messagesPerThread
              + " messages (expected: at least 1 and 0)");
    }
  }
}
