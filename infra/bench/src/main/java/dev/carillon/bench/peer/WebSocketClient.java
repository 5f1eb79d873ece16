package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A client that speaks in text frames of a WebSocket (RFC 6455); the server does not fragment
/// them.
abstract class WebSocketClient extends PeerDevices.Client {
  private static final String REQUEST =
      """
      GET PATH HTTP/1.1
      Host: 127.0.0.1
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: Y2FyaWxsb24tYmVuY2gtMQ==

      """;
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7F;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int MOST_IN_TWO_BYTES = 0xFFFF;
  private static final int HEADER_BYTES = 14;
  private static final byte[] HEADERS_END = "\r\n\r\n".getBytes(US_ASCII);

  private boolean upgraded;

  WebSocketClient(int index, PeerDevices devices) {
    super(index, devices);
  }

  /// The path of the WebSocket, with its query.
  abstract String path();

  /// The WebSocket is there.
  abstract void upgraded();

  /// A text has come.
  abstract void text(String text, long now);

  @Override
  final void opened() {
    send(REQUEST.replace("PATH", path()).replace("\n", "\r\n").getBytes(US_ASCII));
  }

  /// Sends a text.
  final void say(String text) {
    send(frame(TEXT, text.getBytes(UTF_8)));
  }

  /// A frame whose mask is 0, which changes nothing.
  private static byte[] frame(int kind, byte[] content) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + content.length).put((byte) kind);
    if (content.length < TWO_BYTE_LENGTH) {
      frame.put((byte) (MASKED | content.length));
    } else if (content.length <= MOST_IN_TWO_BYTES) {
      frame.put((byte) (MASKED | TWO_BYTE_LENGTH)).putShort((short) content.length);
    } else {
      frame.put((byte) (MASKED | LENGTH)).putLong(content.length);
    }
    frame.putInt(0).put(content).flip();
    return Arrays.copyOf(frame.array(), frame.limit());
  }

  @Override
  public final int received(byte[] bytes, int end, long now) {
    int from = 0;
    if (!upgraded) {
      int headersEnd = indexOf(bytes, 0, end, HEADERS_END);
      if (headersEnd < 0) {
        return 0;
      }
      String answer = new String(bytes, 0, headersEnd, US_ASCII);
      if (!answer.startsWith("HTTP/1.1 101")) {
        throw new IllegalStateException(answer);
      }
      upgraded = true;
      upgraded();
      from = headersEnd + HEADERS_END.length;
    }
    for (int next = frame(bytes, from, end, now); next > from; ) {
      from = next;
      next = frame(bytes, from, end, now);
    }
    return from;
  }

  /// Reads one frame if all of it is there.
  ///
  /// @return where the next one begins; `begin` when this one is not complete
  private int frame(byte[] bytes, int begin, int end, long now) {
    int header = 2;
    if (end - begin < header) {
      return begin;
    }
    long length = bytes[begin + 1] & LENGTH;
    if (length >= TWO_BYTE_LENGTH) {
      boolean two = length == TWO_BYTE_LENGTH;
      header += two ? Short.BYTES : Long.BYTES;
      if (end - begin < header) {
        return begin;
      }
      ByteBuffer field = ByteBuffer.wrap(bytes, begin + 2, header - 2);
      length = two ? Short.toUnsignedLong(field.getShort()) : field.getLong();
    }
    if (end - begin - header < length) {
      return begin;
    }
    int next = begin + header + (int) length;
    content(bytes[begin] & 0xFF, Arrays.copyOfRange(bytes, begin + header, next), now);
    return next;
  }

  private void content(int kind, byte[] content, long now) {
    switch (kind) {
      case TEXT -> text(new String(content, UTF_8), now);
      case PING -> send(frame(PONG, content));
      case CLOSE -> throw new IllegalStateException("the server closed the WebSocket");
      default -> {}
    }
  }
}
