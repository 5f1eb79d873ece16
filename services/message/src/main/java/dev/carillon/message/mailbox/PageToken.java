package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.MessageError;
import dev.carillon.runtime.errors.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// Where a sync stands: the next page begins after `after`, the whole sync ends at `frozen`.
///
/// On the wire 25 bytes: a format number, both versions, and eight bytes of a digest over them, the
/// user and the device. The digest finds damage and mix-ups; it is no secret and need not be, for a
/// forged token shows its forger nothing but its own mailbox.
///
/// @param after the version up to which asking with this token acknowledges
/// @param frozen the version at which the sync ends, so that its pages are one consistent pass
public record PageToken(long after, long frozen) {
  private static final byte FORMAT = 1;
  private static final int CHECK_LENGTH = 8;
  private static final int SIGNED_LENGTH = 1 + 2 * Long.BYTES;
  private static final byte[] DOMAIN = "carillon-page".getBytes(StandardCharsets.UTF_8);

  /// Whether everything up to the end was handed out.
  boolean atEnd() {
    return after >= frozen;
  }

  /// The token for the wire, good for this device only.
  public byte[] encode(Device device) {
    ByteBuffer buffer = ByteBuffer.allocate(SIGNED_LENGTH + CHECK_LENGTH);
    buffer.put(FORMAT).putLong(after).putLong(frozen);
    buffer.put(check(Arrays.copyOf(buffer.array(), SIGNED_LENGTH), device));
    return buffer.array();
  }

  /// The token that was encoded for this device.
  ///
  /// @throws Refusal PAGE_TOKEN_INVALID when these bytes are none
  public static PageToken decode(byte[] bytes, Device device) {
    if (bytes.length != SIGNED_LENGTH + CHECK_LENGTH || bytes[0] != FORMAT) {
      throw invalid();
    }
    byte[] signed = Arrays.copyOf(bytes, SIGNED_LENGTH);
    byte[] given = Arrays.copyOfRange(bytes, SIGNED_LENGTH, bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(signed, 1, 2 * Long.BYTES);
    PageToken token = new PageToken(buffer.getLong(), buffer.getLong());
    if (!MessageDigest.isEqual(given, check(signed, device))
        || token.after < 0
        || token.after > token.frozen) {
      throw invalid();
    }
    return token;
  }

  static Refusal invalid() {
    return new Refusal(
        MessageError.PAGE_TOKEN_INVALID,
        "page_token: not given to this device (expected: next_page_token of the page before)");
  }

  private static byte[] check(byte[] signed, Device device) {
    MessageDigest digest = sha256();
    digest.update(DOMAIN);
    digest.update(signed);
    digest.update(device.userId().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(device.deviceId().getBytes(StandardCharsets.UTF_8));
    return Arrays.copyOf(digest.digest(), CHECK_LENGTH);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
