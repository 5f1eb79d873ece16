package dev.carillon.bench.rpc;

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
///
/// @param millis how long one round of writes took, the median
/// @param microsOfAWrite the writer's CPU for each write
public record SocketFanOut(double millis, double microsOfAWrite) {
  private static final int BACKLOG = 1_024;
  private static final int WARM_UP_ROUNDS = 20;

  /// Opens sockets and writes to all, several times.
  ///
  /// @param loop reads what is written
  public static SocketFanOut measure(Loop loop, int sockets, int bytes, int rounds)
      throws IOException {
    List<SocketChannel> writers = new ArrayList<>();
    List<LoopConnection> readers = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      for (int i = 0; i < sockets; i++) {
        readers.add(loop.connect(address, new Sink()));
        SocketChannel writer = server.accept();
        writers.add(writer);
        writer.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      ByteBuffer message = ByteBuffer.allocateDirect(bytes);
      measure(writers, message, WARM_UP_ROUNDS);
      return measure(writers, message, rounds);
    } finally {
      readers.forEach(LoopConnection::close);
      for (SocketChannel writer : writers) {
        writer.close();
      }
    }
  }

  private static SocketFanOut measure(List<SocketChannel> writers, ByteBuffer message, int rounds)
      throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      for (SocketChannel writer : writers) {
        message.clear();
        while (message.hasRemaining()) {
          writer.write(message);
        }
      }
      millis.add((System.nanoTime() - begin) / 1e6);
    }
    double micros = (threads.getCurrentThreadCpuTime() - cpu) / 1e3;
    millis.sort(Double::compare);
    return new SocketFanOut(millis.get(rounds / 2), micros / ((double) rounds * writers.size()));
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
