package dev.carillon.message.append;

import dev.carillon.runtime.errors.Refusal;
import java.util.List;

/// What became of a change.
public sealed interface Outcome {
  /// Whether it had been stored before, so that nothing happened now.
  default boolean duplicate() {
    return false;
  }

  /// It is stored: a message, or a group with its first notice.
  ///
  /// @param seq its number
  /// @param prevSeq the number before it
  /// @param duplicate whether it had been stored before
  record Stored(long seq, long prevSeq, boolean duplicate) implements Outcome {}

  /// The membership is as asked for.
  ///
  /// @param users who really was added or removed
  /// @param seq the notice's number, 0 when nobody was
  /// @param duplicate whether it had been carried out before, and this is what it did then
  record MembersChanged(List<String> users, long seq, boolean duplicate) implements Outcome {
    /// Copies the users.
    public MembersChanged {
      users = List.copyOf(users);
    }
  }

  /// It is not stored, and why.
  record Refused(Refusal refusal) implements Outcome {}
}
