package dev.carillon.message.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.runtime.errors.Refusal;
import java.nio.ByteBuffer;
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
  private static final int SIGNED_LENGTH = 1 + 2 * Long.BYTES;
  private static final int CHECK_LENGTH = 8;
  private static final byte[] DOMAIN = "carillon-page".getBytes(UTF_8);

  /// Whether everything up to the end was handed out.
  boolean atEnd() {
    return after >= frozen;
  }

  /// The token for the wire, good for this device only.
  public byte[] encode(Device device) {
    ByteBuffer buffer = ByteBuffer.allocate(SIGNED_LENGTH + CHECK_LENGTH);
    buffer.put(FORMAT).putLong(after).putLong(frozen);
    byte[] digest =
        Hashing.sha256()
            .newHasher()
            .putBytes(DOMAIN)
            .putBytes(buffer.array(), 0, SIGNED_LENGTH)
            .putString(device.userId(), UTF_8)
            .putByte((byte) 0)
            .putString(device.deviceId(), UTF_8)
            .hash()
            .asBytes();
    return buffer.put(digest, 0, CHECK_LENGTH).array();
  }

  /// The token that was encoded for this device.
  ///
  /// @throws Refusal PAGE_TOKEN_INVALID when these bytes are none
  public static PageToken decode(byte[] bytes, Device device) {
    if (bytes.length == SIGNED_LENGTH + CHECK_LENGTH) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, 2 * Long.BYTES);
      PageToken token = new PageToken(buffer.getLong(), buffer.getLong());
      boolean possible = token.after >= 0 && token.after <= token.frozen;
      if (possible && Arrays.equals(bytes, token.encode(device))) {
        return token;
      }
    }
    throw invalid();
  }

  static Refusal invalid() {
    return new Refusal(
        MessageError.PAGE_TOKEN_INVALID,
        "page_token: not given to this device (expected: next_page_token of the page before)");
  }
}
