package dev.carillon.message.append;

import java.time.Duration;

/// How much of everything the append path allows itself.
///
/// @param writers how many batches are written at a time on each shard, 1 to 64
/// @param batchSize how many changes one transaction takes at most
/// @param admission what each writer still takes when it is behind
/// @param cachedWeight what may be remembered of conversations, in members and conversations (4
///   each), per writer
/// @param bodyBytes how large a body may be
/// @param groupMembers how many members a group may have
public record ConversationLimits(
    int writers,
    int batchSize,
    Admission admission,
    long cachedWeight,
    int bodyBytes,
    int groupMembers) {

  /// Which changes a writer still accepts while its queue does not empty any more.
  ///
  /// @param queuedChanges how many changes may wait before every further one is pushed back
  /// @param queueWait how long changes may stand in the queue before group messages are pushed
  ///   back; direct ones are at twice that, resends at four times
  /// @param appendTimeout how long a change may wait for the database and the sequence service
  public record Admission(int queuedChanges, Duration queueWait, Duration appendTimeout) {}

  /// Checks the number of writers.
  public ConversationLimits {
    if (writers < 1 || writers > 64) {
      throw new IllegalArgumentException("writers: " + writers + " (expected: 1 to 64)");
    }
  }

  /// What the settings say when nobody sets them.
  public static ConversationLimits defaults() {
    return new ConversationLimits(
        1,
        200,
        new Admission(10_000, Duration.ofMillis(50), Duration.ofSeconds(5)),
        500_000,
        32 * 1024,
        2_000);
  }
}
