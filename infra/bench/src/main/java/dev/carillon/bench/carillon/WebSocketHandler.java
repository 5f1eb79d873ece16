package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.bench.net.LoopConnection;
import org.jspecify.annotations.Nullable;

/// The WebSocket below a device: the handshake, then frames that the server neither masks nor
/// fragments.
abstract class WebSocketHandler implements LoopConnection.Handler {
  private static final byte[] UPGRADE =
      """
      GET /api/v1/connect HTTP/1.1
      Host: 127.0.0.1
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: Y2FyaWxsb24tYmVuY2gtMQ==

      """
          .replace("\n", "\r\n")
          .getBytes(US_ASCII);
  private static final String SWITCHED = "HTTP/1.1 101";
  private static final int LENGTH = 0x7F;
  private static final int BINARY = 0x82;
  private static final int TWO_BYTE_LENGTH = 126;

  private boolean open;
  private volatile @Nullable LoopConnection connection;

  /// The WebSocket is there.
  abstract void opened();

  /// A binary frame has come.
  abstract void binary(byte[] bytes, int begin, int end, long now);

  @Override
  public final void connected(LoopConnection connection) {
    open = false;
    // From here on, and not when whoever opened it hears of it: the answer may be quicker.
    this.connection = connection;
    connection.send(UPGRADE);
  }

  /// Sends a frame on the newest connection, or nothing when there was none yet.
  final void sendNow(byte[] frame) {
    LoopConnection newest = connection;
    if (newest != null) {
      newest.send(frame);
    }
  }

  /// Ends the newest connection.
  final void hangUp() {
    LoopConnection newest = connection;
    if (newest != null) {
      newest.close();
    }
  }

  final void stopReading() {
    LoopConnection newest = connection;
    if (newest != null) {
      newest.reads(false);
    }
  }

  final void readAgain() {
    LoopConnection newest = connection;
    if (newest != null) {
      newest.reads(true);
    }
  }

  @Override
  public final int received(byte[] bytes, int end, long now) {
    int begin = 0;
    if (!open) {
      begin = handshake(bytes, end);
      if (!open) {
        return 0;
      }
    }
    for (int next = frame(bytes, begin, end, now);
        next > begin;
        next = frame(bytes, begin, end, now)) {
      begin = next;
    }
    return begin;
  }

  private int handshake(byte[] bytes, int end) {
    String answer = new String(bytes, 0, end, US_ASCII);
    int headerEnd = answer.indexOf("\r\n\r\n");
    if (headerEnd < 0) {
      return 0;
    }
    if (!answer.startsWith(SWITCHED)) {
      throw new IllegalStateException(answer.substring(0, headerEnd));
    }
    open = true;
    opened();
    return headerEnd + 4;
  }

  /// Reads one frame if all of it is there.
  ///
  /// @return where the next one begins; `begin` when this one is not complete
  private int frame(byte[] bytes, int begin, int end, long now) {
    int available = end - begin;
    if (available < 2) {
      return begin;
    }
    int length = bytes[begin + 1] & LENGTH;
    int header = length < TWO_BYTE_LENGTH ? 2 : length == TWO_BYTE_LENGTH ? 4 : 10;
    if (available < header) {
      return begin;
    }
    if (length >= TWO_BYTE_LENGTH) {
      length = number(bytes, begin + 2, begin + header);
    }
    if (available - header < length) {
      return begin;
    }
    int content = begin + header;
    if ((bytes[begin] & 0xFF) == BINARY) {
      binary(bytes, content, content + length, now);
    }
    return content + length;
  }

  private static int number(byte[] bytes, int begin, int end) {
    int number = 0;
    for (int i = begin; i < end; i++) {
      number = (number << 8) | (bytes[i] & 0xFF);
    }
    return number;
  }
}
