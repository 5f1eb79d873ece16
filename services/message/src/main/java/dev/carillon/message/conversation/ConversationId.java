package dev.carillon.message.conversation;

import dev.carillon.runtime.slots.Slots;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// The 16-byte name of a conversation, held as two longs so that it is cheap to compare and to look
/// up.
///
/// The natural order is that of the unsigned bytes, which is the order of the database's keys.
///
/// @param high the first eight bytes, big-endian
/// @param low the last eight bytes, big-endian
public record ConversationId(long high, long low) implements Comparable<ConversationId> {
  /// The id made of these 16 bytes.
  public static ConversationId of(byte[] bytes) {
    if (bytes.length != 16) {
      throw new IllegalArgumentException(
          "conversation id: " + bytes.length + " bytes (expected: 16)");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ConversationId(buffer.getLong(), buffer.getLong());
  }

  /// The slot it lies in, 0 to 1023.
  public int slot() {
    return Slots.of(bytes());
  }

  /// Its 16 bytes, a fresh array.
  public byte[] bytes() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /// Whether it is the id of a direct conversation (see
  /// [dev.carillon.runtime.identity.ConversationIds#isDirect]).
  public boolean isDirect() {
    return high < 0;
  }

  @Override
  public int compareTo(ConversationId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
