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
import java.util.concurrent.TimeUnit;
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
    synchronized (this) {
      setting = new Setting(toxic, share);
      notifyAll();
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

  /// Waits while nothing may pass in a direction, and then for the toxic's delay, which a switch
  /// ends. Chunks wait one after the other, so under load the delay is a limit of speed as well.
  ///
  /// @return the toxic that lets something pass
  private synchronized Toxic await(double lot, Toxic.Direction direction, SplittableRandom jitter)
      throws InterruptedException {
    while (toxic(lot).held().contains(direction)) {
      wait();
    }
    Toxic toxic = toxic(lot);
    long delay = toxic.delay().toNanos() + jitter.nextLong(toxic.jitter().toNanos() + 1);
    long end = System.nanoTime() + delay;
    for (long left = delay; left > 0 && toxic(lot).equals(toxic); left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return toxic;
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
    try {
      if (end == Toxic.End.ALL || end == Toxic.End.NEW) {
        return;
      }
      // As clients of gateways do: small frames must not wait for acks of earlier ones.
      client.setTcpNoDelay(true);
      connection.upstream.setTcpNoDelay(true);
      connection.upstream.connect(server, CONNECT_TIMEOUT_MILLIS);
      connections.add(connection);
      if (!listener.isClosed()) {
        connection.obey();
        connection.passBothWays();
      }
    } catch (IOException away) {
      LOG.trace("{}: no server", name, away);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.end(true);
    }
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
    connections.forEach(connection -> connection.end(true));
  }

  /// Two sockets and two threads that carry bytes between them.
  private final class Connection {
    private final Socket client;
    private final Socket upstream = new Socket();
    private final double lot;
    private final SplittableRandom jitter;

    /// @param lot decides whether a toxic for a part of the connections is for this one, 0 to 1
    Connection(Socket client, double lot) {
      this.client = client;
      this.lot = lot;
      this.jitter = new SplittableRandom(Double.hashCode(lot));
    }

    /// Returns once nothing passes any more.
    void passBothWays() throws InterruptedException {
      Thread back =
          Thread.startVirtualThread(() -> pump(upstream, client, Toxic.Direction.TO_CLIENT));
      pump(client, upstream, Toxic.Direction.TO_SERVER);
      back.join();
      end(false);
    }

    /// Ends it if its toxic now asks for that.
    void obey() {
      if (toxic(lot).end() == Toxic.End.ALL) {
        end(true);
      }
    }

    private void pump(Socket from, Socket to, Toxic.Direction direction) {
      byte[] buffer = new byte[CHUNK_BYTES];
      try {
        boolean open = true;
        while (open) {
          int count = from.getInputStream().read(buffer);
          Toxic toxic = await(lot, direction, jitter);
          open = count >= 0 && pass(to.getOutputStream(), buffer, count, toxic);
          if (count < 0) {
            to.shutdownOutput();
          }
        }
      } catch (IOException e) {
        // A broken socket ends both.
        end(true);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        end(true);
      }
    }

    /// Passes one chunk on as its toxic demands.
    ///
    /// @return whether the connection goes on
    private boolean pass(OutputStream out, byte[] chunk, int count, Toxic toxic)
        throws IOException {
      switch (toxic.end()) {
        case ALL -> end(true);
        case HALFWAY -> {
          out.write(chunk, 0, count / 2);
          end(false);
        }
        case NONE, NEW -> {
          out.write(chunk, 0, count);
          return true;
        }
      }
      return false;
    }

    /// Ends both sides, at once by RST, or so that what was written still arrives.
    void end(boolean reset) {
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
