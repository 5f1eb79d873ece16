package dev.carillon.check.history;

/// A stored message as somebody saw it: equal facts are the same message seen alike.
///
/// @param conversation the conversation's id in hex
/// @param seq its number
/// @param prevSeq the number before it
/// @param sender who sent it
/// @param id the sender's own name for it in hex
/// @param hash of its body
/// @param notice whether the server wrote it, to tell of a membership change
public record Fact(
    String conversation,
    long seq,
    long prevSeq,
    String sender,
    String id,
    long hash,
    boolean notice) {
  @Override
  public String toString() {
    return (notice ? "notice" : "message " + Hex.head(id))
        + " of "
        + sender
        + " (seq "
        + seq
        + " after "
        + prevSeq
        + " in "
        + Hex.head(conversation)
        + ", body "
        + Hex.of(hash)
        + ")";
  }
}
