package dev.carillon.check.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A link from clients to one server on the loopback address, which can be delayed, cut and reset.
/// Safe for use by several threads.
///
/// While the server is not running, connections are accepted and end by RST.
final class TcpProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);
  private static final int BACKLOG = 1_024;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int CHUNK_BYTES = 16 << 10;

  private final String name;
  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final SplittableRandom lots;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Setting setting = new Setting(Toxic.NONE, 1);

  /// The toxic as it is now, and for which part of the connections.
  private record Setting(Toxic toxic, double share) {}

  private TcpProxy(String name, ServerSocket listener, InetSocketAddress server, long seed) {
    this.name = name;
    this.listener = listener;
    this.server = server;
    this.lots = new SplittableRandom(seed);
  }

  /// Begins to listen on a free port and passes everything on.
  ///
  /// @param name `from > to`, such as `message-1 > mysql`
  /// @param serverPort of the loopback address; no server need listen there yet
  /// @param seed decides which connections a toxic for a part of them hits
  static TcpProxy open(String name, int serverPort, long seed) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    ServerSocket listener = new ServerSocket(0, BACKLOG, loopback);
    TcpProxy proxy =
        new TcpProxy(name, listener, new InetSocketAddress(loopback, serverPort), seed);
    Thread.ofVirtual().name("proxy-" + proxy.port()).start(proxy::accept);
    return proxy;
  }

  String name() {
    return name;
  }

  /// Where it listens.
  int port() {
    return listener.getLocalPort();
  }

  /// Where it listens, as `host:port`.
  String address() {
    return "127.0.0.1:" + port();
  }

  /// How many connections there are now.
  int connections() {
    return connections.size();
  }

  /// Applies a toxic to present and future connections; an earlier toxic ends.
  ///
  /// @param share the part of the connections that it is for, 0 to 1, the same ones every time
  void poison(Toxic toxic, double share) {
    lock.lock();
    try {
      setting = new Setting(toxic, share);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    connections.forEach(Connection::obey);
  }

  /// Passes everything on again.
  void heal() {
    poison(Toxic.NONE, 1);
  }

  /// The toxic of the connection that drew `lot`.
  private Toxic toxic(double lot) {
    Setting now = setting;
    return lot < now.share() ? now.toxic() : Toxic.NONE;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        double lot = lots.nextDouble();
        Thread.ofVirtual().start(() -> connect(client, lot));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.warn("{}: cannot accept", name, e);
        }
      }
    }
  }

  private void connect(Socket client, double lot) {
    Connection connection = new Connection(client, lot);
    Toxic.End end = toxic(lot).end();
    if (end == Toxic.End.ALL || end == Toxic.End.NEW) {
      connection.reset();
      return;
    }
    try {
      // As clients of gateways do: small frames must not wait for acks of earlier ones.
      client.setTcpNoDelay(true);
      connection.upstream.setTcpNoDelay(true);
      connection.upstream.connect(server, CONNECT_TIMEOUT_MILLIS);
    } catch (IOException away) {
      connection.reset();
      return;
    }
    connections.add(connection);
    connection.start();
    if (listener.isClosed()) {
      connection.reset();
    }
    connection.obey();
  }

  /// Stops to listen and ends every connection by RST.
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.trace("cannot close", e);
    }
    heal();
    connections.forEach(Connection::reset);
  }

  /// Two sockets and two threads that carry bytes between them.
  private final class Connection {
    private final Socket client;
    private final Socket upstream = new Socket();
    private final double lot;
    private final SplittableRandom jitter;
    private final AtomicInteger ended = new AtomicInteger();

    /// @param lot decides whether a toxic for a part of the connections is for this one, 0 to 1
    Connection(Socket client, double lot) {
      this.client = client;
      this.lot = lot;
      this.jitter = new SplittableRandom(Double.hashCode(lot));
    }

    void start() {
      Thread.ofVirtual().start(() -> pump(client, upstream, Toxic.Direction.TO_SERVER));
      Thread.ofVirtual().start(() -> pump(upstream, client, Toxic.Direction.TO_CLIENT));
    }

    /// Ends it if its toxic now asks for that.
    void obey() {
      if (toxic(lot).end() == Toxic.End.ALL) {
        reset();
      }
    }

    private void pump(Socket from, Socket to, Toxic.Direction direction) {
      byte[] buffer = new byte[CHUNK_BYTES];
      try {
        int count = from.getInputStream().read(buffer);
        while (count >= 0 && pass(to.getOutputStream(), buffer, count, direction)) {
          count = from.getInputStream().read(buffer);
        }
        if (count < 0) {
          awaitOpen(direction);
          to.shutdownOutput();
        }
      } catch (IOException e) {
        // A broken socket ends both.
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reset();
      } finally {
        if (ended.incrementAndGet() == Toxic.Direction.values().length) {
          end(false);
        }
      }
    }

    /// Passes one chunk on as the current toxic demands.
    ///
    /// @return whether the connection goes on
    private boolean pass(OutputStream out, byte[] chunk, int count, Toxic.Direction direction)
        throws IOException, InterruptedException {
      Toxic toxic = awaitOpen(direction);
      switch (toxic.end()) {
        case ALL -> reset();
        case HALFWAY -> {
          out.write(chunk, 0, count / 2);
          end(false);
        }
        case NONE, NEW -> {
          if (toxic.delay().isPositive()) {
            awaitDelay(toxic);
          }
          out.write(chunk, 0, count);
          return true;
        }
      }
      return false;
    }

    /// Waits while nothing may pass in a direction.
    ///
    /// @return the toxic that lets something pass
    private Toxic awaitOpen(Toxic.Direction direction) throws InterruptedException {
      Toxic now = toxic(lot);
      if (!now.held().contains(direction)) {
        return now;
      }
      lock.lock();
      try {
        while (toxic(lot).held().contains(direction)) {
          changed.await();
        }
        return toxic(lot);
      } finally {
        lock.unlock();
      }
    }

    /// Waits for a toxic's delay, or until it is switched if that comes first. Chunks wait one
    /// after the other, so under load the delay is a limit of speed as well.
    private void awaitDelay(Toxic seen) throws InterruptedException {
      lock.lock();
      try {
        long left = seen.delay().toNanos() + jitter.nextLong(seen.jitter().toNanos() + 1);
        while (left > 0 && toxic(lot).equals(seen)) {
          left = changed.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }

    /// Ends both sides by RST.
    void reset() {
      end(true);
    }

    /// Ends both sides, at once by RST, or so that what was written still arrives.
    private void end(boolean reset) {
      for (Socket socket : List.of(client, upstream)) {
        try (socket) {
          if (reset) {
            socket.setSoLinger(true, 0);
          }
        } catch (IOException alreadyClosed) {
          LOG.trace("already closed", alreadyClosed);
        }
      }
      connections.remove(this);
    }
  }
}
