package dev.carillon.bench.load;

/// A promise that was not kept in a run.
///
/// @param kind which one
/// @param what the first case of it, for people
/// @param count how many cases
public record Violation(Kind kind, String what, long count) {
  /// Which promise was broken.
  public enum Kind {
    /// A message was acknowledged and did not reach all receivers.
    LOST,
    /// A device was handed the same message twice.
    DOUBLED,
    /// A device was handed messages in another order than the conversation's.
    SWAPPED,
    /// Two devices got different numbers for one message.
    DIVERGED,
    /// A message arrived that was not sent, or not as it was sent.
    INVENTED,
    /// A message was refused and arrived all the same.
    REFUSED_BUT_STORED
  }

  /// For people, such as `2 LOST (message 7 reached 0 devices (expected: 1))`.
  @Override
  public String toString() {
    return count + " " + kind + " (" + what + ")";
  }
}
