package dev.carillon.client;

import java.util.HexFormat;

/// The id of a conversation: 16 bytes, written as 32 lower-case hex digits.
///
/// @param hex the id's 32 lower-case hex digits
public record ConversationId(String hex) {
  /// Checks the digits; upper case is accepted and folded.
  ///
  /// @throws IllegalArgumentException when these are not 32 hex digits
  public ConversationId {
    hex = Ids.checkHex("conversation id", hex);
  }

  /// The id with these bytes.
  ///
  /// @throws IllegalArgumentException when these are not 16 bytes
  public static ConversationId of(byte[] bytes) {
    return new ConversationId(HexFormat.of().formatHex(bytes));
  }

  /// A new random id, for a group to be created. Its first bit is 0; ids of direct conversations
  /// have 1 there.
  public static ConversationId random() {
    byte[] bytes = HexFormat.of().parseHex(Ids.randomHex());
    bytes[0] &= 0x7f;
    return of(bytes);
  }

  /// The id's 16 bytes, a fresh copy.
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /// The id's hex digits.
  @Override
  public String toString() {
    return hex;
  }
}
