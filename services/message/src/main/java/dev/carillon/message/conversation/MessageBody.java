package dev.carillon.message.conversation;

import java.util.Arrays;

/// The content of a message: its kind, the message it refers to, and the bytes of the wire's `Body`
/// that nobody below the wire looks into.
///
/// @param targetSeq the seq of the message it refers to; 0 when it refers to none
/// @param bytes the serialised `carillon.type.v1.Body`; the body's own, not to be changed
@SuppressWarnings("ArrayRecordComponent") // Compared by its bytes.
public record MessageBody(BodyKind kind, long targetSeq, byte[] bytes) {
  /// A body that refers to no other message.
  public static MessageBody of(BodyKind kind, byte[] bytes) {
    return new MessageBody(kind, 0, bytes);
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
