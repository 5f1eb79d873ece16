package dev.carillon.check.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A proxy between clients and one server on the loopback address that can delay, cut and reset
/// connections. Safe for use by several threads.
///
/// While the server is not running, connections are accepted and end by RST.
final class TcpProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);
  private static final int BACKLOG = 1_024;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final ToxicSwitch toxics = new ToxicSwitch();
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final SplittableRandom lots;

  private TcpProxy(ServerSocket listener, InetSocketAddress server, long seed) {
    this.listener = listener;
    this.server = server;
    this.lots = new SplittableRandom(seed);
  }

  /// Begins to listen on a free port and passes everything on.
  ///
  /// @param serverPort of the loopback address; no server need listen there yet
  /// @param seed decides which connections a toxic for a part of them hits
  static TcpProxy open(int serverPort, long seed) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    ServerSocket listener = new ServerSocket(0, BACKLOG, loopback);
    TcpProxy proxy = new TcpProxy(listener, new InetSocketAddress(loopback, serverPort), seed);
    Thread.ofVirtual().name("proxy-" + proxy.port()).start(proxy::accept);
    return proxy;
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
    toxics.set(toxic, share);
    connections.forEach(ProxiedConnection::obey);
  }

  /// Passes everything on again.
  void heal() {
    toxics.clear();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        double lot = lots.nextDouble();
        Thread.ofVirtual().start(() -> connect(client, lot));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.warn("proxy of {}: cannot accept", server, e);
        }
      }
    }
  }

  private void connect(Socket client, double lot) {
    Toxic toxic = toxics.of(lot);
    if (toxic instanceof Toxic.Reset || toxic instanceof Toxic.Refuse) {
      resetQuietly(client);
      return;
    }
    Socket upstream = new Socket();
    try {
      // As clients of gateways do: small frames must not wait for acks of earlier ones.
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(server, CONNECT_TIMEOUT_MILLIS);
    } catch (IOException away) {
      ProxiedConnection.closeQuietly(upstream);
      resetQuietly(client);
      return;
    }
    join(client, upstream, lot);
  }

  private void join(Socket client, Socket upstream, double lot) {
    ProxiedConnection connection =
        new ProxiedConnection(client, upstream, toxics, lot, connections::remove);
    connections.add(connection);
    connection.start();
    if (listener.isClosed()) {
      connection.reset();
    }
    connection.obey();
  }

  private static void resetQuietly(Socket socket) {
    ProxiedConnection.lingerNot(socket);
    ProxiedConnection.closeQuietly(socket);
  }

  /// Stops to listen and ends every connection by RST.
  @Override
  public void close() {
    ProxiedConnection.closeQuietly(listener);
    heal();
    connections.forEach(ProxiedConnection::reset);
  }
}
