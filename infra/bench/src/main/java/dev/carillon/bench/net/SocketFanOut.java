package dev.carillon.bench.net;

import dev.carillon.wire.Loop;
import dev.carillon.wire.LoopConnection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// The floor below every fan-out: one small write to each of many sockets, by one thread, with
/// readers that only throw away what comes.
public final class SocketFanOut implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int WARM_UP_ROUNDS = 20;

  private final List<SocketChannel> writers = new ArrayList<>();
  private final List<LoopConnection> readers = new ArrayList<>();
  private final ByteBuffer message;

  /// What a round of writes cost.
  ///
  /// @param millis how long one round took, the median
  /// @param microsOfAWrite the writer's CPU for each write
  public record Cost(double millis, double microsOfAWrite) {}

  private SocketFanOut(int bytes) {
    message = ByteBuffer.allocateDirect(bytes);
  }

  /// Opens the sockets.
  ///
  /// @param loop reads what is written
  public static SocketFanOut open(Loop loop, int sockets, int bytes) throws IOException {
    SocketFanOut fanOut = new SocketFanOut(bytes);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      for (int i = 0; i < sockets; i++) {
        fanOut.readers.add(loop.connect(address, new Sink()));
        SocketChannel writer = server.accept();
        writer.setOption(StandardSocketOptions.TCP_NODELAY, true);
        fanOut.writers.add(writer);
      }
    }
    return fanOut;
  }

  /// Writes to all, several times.
  public Cost run(int rounds) throws IOException {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      round();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      round();
      millis.add((System.nanoTime() - begin) / 1e6);
    }
    double micros = (threads.getCurrentThreadCpuTime() - cpu) / 1e3;
    millis.sort(Double::compare);
    return new Cost(millis.get(rounds / 2), micros / ((double) rounds * writers.size()));
  }

  private void round() throws IOException {
    for (SocketChannel writer : writers) {
      message.clear();
      while (message.hasRemaining()) {
        writer.write(message);
      }
    }
  }

  @Override
  public void close() throws IOException {
    readers.forEach(LoopConnection::close);
    for (SocketChannel writer : writers) {
      writer.close();
    }
  }

  /// Uses up whatever comes.
  private static final class Sink implements LoopConnection.Handler {
    @Override
    public void connected(LoopConnection connection) {}

    @Override
    public int received(byte[] bytes, int end, long now) {
      return end;
    }

    @Override
    public void closed(String why) {}
  }
}
