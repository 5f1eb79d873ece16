package dev.carillon.message.conversation;

/// Where a message stands in its conversation.
///
/// @param seq its number
/// @param prevSeq the number of the message before it, 0 for the first
/// @param ordinal how many countable messages there are up to and including it
public record Place(long seq, long prevSeq, long ordinal) {
  /// Checks that numbers grow.
  public Place {
    if (seq <= prevSeq || prevSeq < 0 || ordinal < 0) {
      throw new IllegalArgumentException(
          "place: seq %d, prev %d, ordinal %d (expected: prev < seq)"
              .formatted(seq, prevSeq, ordinal));
    }
  }
}
