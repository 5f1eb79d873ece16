package dev.carillon.message.conversation;

import java.util.Arrays;

/// The content of a message: its kind, the message it refers to, and the bytes of the wire's `Body`
/// that nobody below the wire looks into.
public final class MessageBody {
  private final BodyKind kind;
  private final long targetSeq;
  private final byte[] bytes;

  private MessageBody(BodyKind kind, long targetSeq, byte[] bytes) {
    this.kind = kind;
    this.targetSeq = targetSeq;
    this.bytes = bytes;
  }

  /// A body that refers to no other message. The array becomes the body's own: it must not be
  /// changed any more.
  public static MessageBody of(BodyKind kind, byte[] bytes) {
    return new MessageBody(kind, 0, bytes);
  }

  /// A body that refers to the message numbered `targetSeq`. The array becomes the body's own.
  public static MessageBody referring(BodyKind kind, long targetSeq, byte[] bytes) {
    return new MessageBody(kind, targetSeq, bytes);
  }

  /// What kind of content it is.
  public BodyKind kind() {
    return kind;
  }

  /// The seq of the message it refers to; 0 when it refers to none.
  public long targetSeq() {
    return targetSeq;
  }

  /// The serialised `carillon.type.v1.Body`; shared, not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MessageBody body
        && kind == body.kind
        && targetSeq == body.targetSeq
        && Arrays.equals(bytes, body.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Never the content: bodies must not reach logs.
  @Override
  public String toString() {
    return kind + " of " + bytes.length + " bytes";
  }
}
