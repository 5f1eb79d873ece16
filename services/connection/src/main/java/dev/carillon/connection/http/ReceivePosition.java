package dev.carillon.connection.http;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.identity.ConversationIds;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// How far a poller has read: a mailbox version, and the last seq of the conversations read most
/// recently.
///
/// Its text form is opaque to the poller and bound to the user by a checksum, which finds mistakes;
/// access is checked on every read. At most [#MAX_CURSORS] conversations are kept: messages of one
/// that was dropped may be read again, none is lost.
///
/// @param version the mailbox version up to which everything was read
/// @param cursors the last seq read, by conversation, oldest first
record ReceivePosition(long version, Map<ByteString, Long> cursors) {
  static final int MAX_CURSORS = 100;
  private static final byte FORMAT = 1;

  /// Copies the map.
  ReceivePosition {
    cursors = new LinkedHashMap<>(cursors);
  }

  static ReceivePosition start() {
    return new ReceivePosition(0, Map.of());
  }

  long cursor(ByteString conversationId) {
    return cursors.getOrDefault(conversationId, 0L);
  }

  /// The position after a message was read.
  ReceivePosition after(ByteString conversationId, long seq) {
    LinkedHashMap<ByteString, Long> next = new LinkedHashMap<>(cursors);
    next.putLast(conversationId, seq);
    while (next.size() > MAX_CURSORS) {
      next.pollFirstEntry();
    }
    return new ReceivePosition(version, next);
  }

  ReceivePosition atVersion(long newVersion) {
    return new ReceivePosition(newVersion, cursors);
  }

  String encode(String userId) {
    int content = 1 + Long.BYTES + cursors.size() * (ConversationIds.LENGTH + Long.BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(content + Integer.BYTES);
    bytes.put(FORMAT).putLong(version);
    cursors.forEach((id, seq) -> bytes.put(id.toByteArray()).putLong(seq));
    bytes.putInt(checksum(userId, bytes.array(), bytes.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /// @throws RequestException when the text is no position of this user
  static ReceivePosition decode(String userId, String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int end = bytes.length - Integer.BYTES;
      if (in.get() != FORMAT || in.getInt(end) != checksum(userId, bytes, end)) {
        throw new IllegalArgumentException("checksum");
      }
      long version = in.getLong();
      Map<ByteString, Long> cursors = new LinkedHashMap<>();
      while (in.position() < end) {
        cursors.put(ByteString.copyFrom(in, ConversationIds.LENGTH), in.getLong());
      }
      return new ReceivePosition(version, cursors);
    } catch (IllegalArgumentException | BufferUnderflowException | IndexOutOfBoundsException bad) {
      throw new RequestException(
          "lastPos: %d characters (expected: a lastPos given to this user, unchanged)"
              .formatted(text.length()));
    }
  }

  private static int checksum(String userId, byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(userId.getBytes(StandardCharsets.UTF_8));
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
