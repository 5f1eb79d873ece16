package dev.carillon.check.history;

import java.util.HexFormat;

/// Ids and hashes as people read them: short.
public final class Hex {
  private static final int HEAD = 8;

  private Hex() {}

  /// The first digits of a long id.
  public static String head(String id) {
    return id.length() <= HEAD ? id : id.substring(0, HEAD);
  }

  /// A hash's first digits.
  static String of(long hash) {
    return head(HexFormat.of().toHexDigits(hash));
  }
}
