package dev.carillon.client;

import java.util.HexFormat;

/// The sender's own name for a message, or for a change of a group's members: 16 bytes, written as
/// 32 lower-case hex digits.
///
/// Sending the same content with the same id again is safe for as long as the message exists and
/// gives the same place; the same id with other content is refused with `CLIENT_ID_REUSED`.
///
/// @param hex the id's 32 lower-case hex digits
public record ClientMessageId(String hex) {
  /// Checks the digits; upper case is accepted and folded.
  ///
  /// @throws IllegalArgumentException when these are not 32 hex digits
  public ClientMessageId {
    hex = Ids.checkHex("client message id", hex);
  }

  /// The id with these bytes.
  ///
  /// @throws IllegalArgumentException when these are not 16 bytes
  public static ClientMessageId of(byte[] bytes) {
    return new ClientMessageId(HexFormat.of().formatHex(bytes));
  }

  /// A new random id.
  public static ClientMessageId random() {
    return new ClientMessageId(Ids.randomHex());
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
