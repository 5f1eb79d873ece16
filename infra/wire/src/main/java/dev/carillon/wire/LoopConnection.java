package dev.carillon.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One connection of a loop. Sending is safe for use by several threads and never blocks.
public final class LoopConnection {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final String ENDED = "the other side ended the connection";

  private final SocketChannel channel;
  private final Handler handler;
  private final Queue<ByteBuffer> unsent = new ArrayDeque<>();
  private ByteBuffer rest = NOTHING;
  private @Nullable SelectionKey key;
  private boolean closed;
  private boolean reading = true;

  /// The protocol on a connection; always called by the loop's thread.
  public interface Handler {
    /// The connection is open.
    void connected(LoopConnection connection);

    /// Bytes have arrived; the array is shared and valid only during the call.
    ///
    /// @param end where they end; they begin at 0
    /// @return how many were used up; the rest is given again, with those that follow
    int received(byte[] bytes, int end, long now);

    /// The connection has ended, or could not be opened.
    ///
    /// @param why for people
    void closed(String why);
  }

  LoopConnection(SocketChannel channel, Handler handler) {
    this.channel = channel;
    this.handler = handler;
  }

  /// Sends bytes now, or as soon as the connection takes them; nothing after its end. The array
  /// must not be changed any more.
  public synchronized void send(byte[] content) {
    if (closed) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(content);
    try {
      if (unsent.isEmpty()) {
        channel.write(bytes);
      }
      if (bytes.hasRemaining()) {
        unsent.add(bytes);
        watch();
      }
    } catch (IOException gone) {
      // The reading side notices too, and tells the handler.
      unsent.clear();
    }
  }

  /// Ends the connection at once; the handler is not called.
  public synchronized void close() {
    closed = true;
    unsent.clear();
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      return;
    }
  }

  /// Whether what comes is read; otherwise it stays with the kernel, and is the sender's problem.
  public synchronized void reads(boolean wanted) {
    reading = wanted;
    watch();
  }

  synchronized void registered(SelectionKey as) {
    key = as;
  }

  void connected() {
    watch();
    handler.connected(this);
  }

  void ready(SelectionKey as, ByteBuffer shared, byte[] bytes) {
    try {
      if (as.isConnectable()) {
        channel.finishConnect();
        connected();
      }
      if (as.isValid() && as.isWritable()) {
        flush();
      }
      if (as.isValid() && as.isReadable()) {
        read(shared, bytes);
      }
    } catch (IOException | RuntimeException e) {
      fail(
          e instanceof IllegalStateException wrong
              ? String.valueOf(wrong.getMessage())
              : e.toString());
    }
  }

  /// Reports the end to the handler, once.
  void fail(String why) {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    close();
    handler.closed(why);
  }

  private synchronized void flush() throws IOException {
    for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
      channel.write(next);
      if (next.hasRemaining()) {
        return;
      }
      unsent.remove();
    }
    watch();
  }

  private synchronized void watch() {
    SelectionKey watched = key;
    if (watched != null && watched.isValid() && channel.isConnected()) {
      watched.interestOps(
          (reading ? SelectionKey.OP_READ : 0) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
      watched.selector().wakeup();
    }
  }

  private void read(ByteBuffer shared, byte[] bytes) throws IOException {
    shared.clear();
    shared.put(rest);
    if (!shared.hasRemaining()) {
      throw new IOException("a unit of more than " + shared.capacity() + " bytes");
    }
    int count = channel.read(shared);
    if (count < 0) {
      fail(ENDED);
      return;
    }
    int end = shared.position();
    int used = handler.received(bytes, end, System.nanoTime());
    rest = used < end ? ByteBuffer.wrap(Arrays.copyOfRange(bytes, used, end)) : NOTHING;
  }
}
