package dev.carillon.check.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stored message as a device saw it: equal facts are the same message with the same content.
///
/// @param conversation the conversation's id in hex
/// @param seq its number
/// @param prevSeq the number before it
/// @param sender the user that sent it
/// @param id the sender's own name for it in hex
/// @param hash of its body
/// @param notice the membership change that the message reports; null: a user sent it
public record Fact(
    String conversation,
    long seq,
    long prevSeq,
    String sender,
    String id,
    long hash,
    @Nullable Notice notice) {
  /// A change of a group's membership.
  ///
  /// @param added the users who became members with it
  /// @param removed the users who are no longer members
  public record Notice(List<String> added, List<String> removed) {
    /// Copies the lists.
    public Notice {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }

    @Override
    public String toString() {
      return (added.isEmpty() ? "" : " +" + String.join(" +", added))
          + (removed.isEmpty() ? "" : " -" + String.join(" -", removed));
    }
  }

  /// Whether the server wrote it.
  public boolean isNotice() {
    return notice != null;
  }

  @Override
  public String toString() {
    return "%s of %s (seq %d after %d in %s, body %s)"
        .formatted(
            notice != null ? "notice" + notice : "message " + Hex.head(id),
            sender,
            seq,
            prevSeq,
            Hex.head(conversation),
            Hex.of(hash));
  }
}
