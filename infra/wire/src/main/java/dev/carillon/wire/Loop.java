package dev.carillon.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/// The one thread that reads for all connections.
///
/// Bytes are given to a handler in a buffer that all share, so an idle connection costs the
/// generator no memory of its own.
public final class Loop implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long TICK_MILLIS = 20;
  private static final int RECEIVE_BYTES = 16 << 10;

  /// The kernel looks for a free port for much longer when half of an address's ports are taken.
  private static final int CONNECTIONS_OF_AN_ADDRESS = 5_000;

  private static final int ADDRESSES = 250;

  private final Selector selector;
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final ByteBuffer shared = ByteBuffer.wrap(bytes);
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final CopyOnWriteArrayList<LongConsumer> tickers = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final int firstAddress;
  private int connections;
  private volatile boolean closed;

  private Loop(Selector selector, int firstAddress) {
    this.selector = selector;
    this.firstAddress = firstAddress;
    this.thread = Thread.ofPlatform().daemon().name("wire-loop").unstarted(this::run);
  }

  /// Starts the thread.
  public static Loop start() {
    return start(0);
  }

  /// Starts the thread.
  ///
  /// @param firstAddress how many of the addresses 127.0.0.x are left to others
  public static Loop start(int firstAddress) {
    try {
      Loop loop = new Loop(Selector.open(), firstAddress);
      loop.thread.start();
      return loop;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector", e);
    }
  }

  /// Opens a connection; to this machine from one of the addresses 127.0.0.x, so that ports last
  /// for many. The handler is called with the result. Safe for use by several threads.
  public LoopConnection connect(InetSocketAddress address, LoopConnection.Handler handler) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
      if (address.getAddress() instanceof Inet4Address host && host.isLoopbackAddress()) {
        bindFurther(channel);
      }
      LoopConnection connection = new LoopConnection(channel, handler);
      execute(() -> register(channel, connection, address));
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a connection to " + address, e);
    }
  }

  private synchronized void bindFurther(SocketChannel channel) throws IOException {
    int further = (firstAddress + connections++ / CONNECTIONS_OF_AN_ADDRESS) % ADDRESSES;
    if (further > 0) {
      byte[] source = {127, 0, 0, (byte) (1 + further)};
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
    }
  }

  private void register(
      SocketChannel channel, LoopConnection connection, InetSocketAddress address) {
    try {
      boolean now = channel.connect(address);
      SelectionKey key =
          channel.register(
              selector, now ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, connection);
      connection.registered(key);
      if (now) {
        connection.connected();
      }
    } catch (IOException | UnresolvedAddressException e) {
      connection.fail(e.toString());
    }
  }

  /// Does something on the loop's thread.
  public void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /// Calls a ticker about every 20 ms, on the loop's thread, until it is removed.
  public void addTicker(LongConsumer ticker) {
    tickers.add(ticker);
  }

  /// Calls a ticker no more.
  public void removeTicker(LongConsumer ticker) {
    tickers.remove(ticker);
  }

  private void run() {
    long nextTick = System.nanoTime();
    try {
      while (!closed) {
        selector.select(this::ready, TICK_MILLIS);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        long now = System.nanoTime();
        if (now - nextTick >= 0) {
          nextTick = now + TICK_MILLIS * 1_000_000;
          tickers.forEach(ticker -> ticker.accept(now));
        }
      }
    } catch (IOException | ClosedSelectorException e) {
      if (!closed) {
        throw new IllegalStateException("the loop ended", e);
      }
    }
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof LoopConnection connection) {
      connection.ready(key, shared, bytes);
    }
  }

  /// Ends the thread; connections that are still open stay so until they are closed.
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the selector", e);
    }
  }
}
