package dev.carillon.message.conversation;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// The sender's own 16-byte name for a message, unique per conversation and sender for as long as
/// the message exists.
///
/// @param high the first eight bytes, big-endian
/// @param low the last eight bytes, big-endian
public record ClientMessageId(long high, long low) {
  /// The id made of these 16 bytes.
  public static ClientMessageId of(byte[] bytes) {
    if (bytes.length != 16) {
      throw new IllegalArgumentException(
          "client message id: " + bytes.length + " bytes (expected: 16)");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ClientMessageId(buffer.getLong(), buffer.getLong());
  }

  /// Its 16 bytes, a fresh array.
  public byte[] bytes() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
