package dev.carillon.client;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/// The text form and the checks of all 16-byte ids.
final class Ids {
  private static final int LENGTH = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  static String checkHex(String what, String hex) {
    String folded = hex.toLowerCase(Locale.ROOT);
    boolean valid =
        folded.length() == 2 * LENGTH && folded.chars().allMatch(c -> HexFormat.isHexDigit(c));
    if (!valid) {
      throw new IllegalArgumentException(
          what + ": " + hex + " (expected: " + 2 * LENGTH + " hex digits)");
    }
    return folded;
  }

  static String randomHex() {
    byte[] bytes = new byte[LENGTH];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
