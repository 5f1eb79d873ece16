package dev.carillon.runtime.identity;

import java.nio.charset.StandardCharsets;

/// The rule for user ids and device ids: 1 to 64 bytes of UTF-8 without control characters.
public final class UserIds {
  private static final int MAX_BYTES = 64;

  private UserIds() {}

  /// Whether `id` may name a user or a device.
  public static boolean isValid(String id) {
    if (id.isEmpty() || id.length() > MAX_BYTES) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        return false;
      }
    }
    return id.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
