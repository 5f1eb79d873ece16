package dev.carillon.message.conversation;

import java.time.Instant;

/// One message as it is stored.
///
/// @param clientMessageId the sender's own name for it
/// @param storedAt when the owner committed it, to the millisecond
/// @param body what it says; still present when recalled, so look at [#recalled()] before it is
///   shown
/// @param recalledBySeq the seq of the recall that withdrew it, or for an edit as it is read the
///   message that it edits; 0 when it is not recalled
public record StoredMessage(
    ConversationId conversation,
    Place place,
    String sender,
    ClientMessageId clientMessageId,
    Instant storedAt,
    MessageBody body,
    long recalledBySeq) {
  /// About how many bytes a message takes beside its body.
  private static final int OVERHEAD = 256;

  /// Its number.
  public long seq() {
    return place.seq();
  }

  /// The number of the message before it, 0 for the first.
  public long prevSeq() {
    return place.prevSeq();
  }

  /// Whether it was withdrawn: its body is then served to nobody.
  public boolean recalled() {
    return recalledBySeq > 0;
  }

  /// The same message, withdrawn by the recall with this number.
  public StoredMessage recalledBy(long recallSeq) {
    return new StoredMessage(
        conversation, place, sender, clientMessageId, storedAt, body, recallSeq);
  }

  /// About how many bytes of memory it takes.
  public int weight() {
    return OVERHEAD + body.bytes().length;
  }

  /// The name by which a repeat of it is recognised.
  public MessageKey key() {
    return new MessageKey(conversation, sender, clientMessageId);
  }
}
