package dev.carillon.check.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;

/// A server that sends back what it gets, and remembers how each connection ended.
final class EchoServer implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final ServerSocket listener;

  /// `eof`, or the exception, of each connection that ended.
  final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();

  private EchoServer(ServerSocket listener) {
    this.listener = listener;
  }

  static EchoServer start() throws IOException {
    EchoServer server = new EchoServer(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")));
    Thread.ofVirtual().start(server::accept);
    return server;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void echo(Socket socket) {
    byte[] buffer = new byte[CHUNK];
    try (socket) {
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        socket.getOutputStream().write(buffer, 0, n);
      }
      ends.add("eof");
    } catch (IOException e) {
      ends.add(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
