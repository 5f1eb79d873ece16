package dev.carillon.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.v1.ServerFrame;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The WebSocket below a device: the handshake, then binary frames that the server neither masks
/// nor fragments; anything else ends the connection. It may be connected several times, one after
/// the other.
public abstract class WebSocketHandler implements LoopConnection.Handler {
  private static final String UPGRADE =
      """
      GET /api/v1/connect HTTP/1.1
      Host: %s:%d
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: Y2FyaWxsb24tYmVuY2gtMQ==

      """
          .replace("\n", "\r\n");
  private static final String SWITCHED = "HTTP/1.1 101";
  private static final int LENGTH = 0x7F;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int TWO_BYTE_LENGTH = 126;

  private boolean open;
  private byte[] upgrade = {};
  private volatile boolean reading = true;
  private volatile @Nullable LoopConnection connection;

  /// The WebSocket is there.
  protected abstract void opened();

  /// A binary frame has come; the array is valid only during the call.
  protected abstract void binary(byte[] bytes, int begin, int end, long now);

  /// Begins to connect.
  public final void connect(Loop loop, InetSocketAddress address) {
    upgrade = UPGRADE.formatted(address.getHostString(), address.getPort()).getBytes(US_ASCII);
    connection = loop.connect(address, this);
  }

  @Override
  public final void connected(LoopConnection newest) {
    open = false;
    connection = newest;
    newest.reads(reading);
    newest.send(upgrade);
  }

  /// Sends a frame, made by [Frames#bytes], on the newest connection, or nothing when there was
  /// none yet.
  public final void send(byte[] frame) {
    LoopConnection newest = connection;
    if (newest != null) {
      newest.send(frame);
    }
  }

  /// Ends the newest connection; no event follows but what is under way.
  public final void abort() {
    LoopConnection newest = connection;
    if (newest != null) {
      newest.close();
    }
  }

  /// Whether what comes is read, on this and all further connections; otherwise it stays with the
  /// sender.
  public final void reads(boolean wanted) {
    reading = wanted;
    LoopConnection newest = connection;
    if (newest != null) {
      newest.reads(wanted);
    }
  }

  /// What a binary frame says.
  protected static ServerFrame parse(byte[] bytes, int begin, int end) {
    try {
      return ServerFrame.parseFrom(ByteBuffer.wrap(bytes, begin, end - begin));
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException("not a ServerFrame", malformed);
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
    switch (bytes[begin] & 0xFF) {
      case BINARY -> binary(bytes, content, content + length, now);
      case CLOSE -> {
        int status = length < 2 ? 0 : number(bytes, content, content + 2);
        throw new IllegalStateException("closed by the gateway: " + status);
      }
      default -> throw new IllegalStateException("first byte of a frame: " + bytes[begin]);
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
