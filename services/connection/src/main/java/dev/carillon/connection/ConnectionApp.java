package dev.carillon.connection;

import dev.carillon.connection.carrier.ClientPort;
import dev.carillon.connection.carrier.ConnectRpc;
import dev.carillon.connection.carrier.ConnectionLimit;
import dev.carillon.connection.carrier.HttpRoutes;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.session.ConnectionMetrics;
import dev.carillon.connection.session.Deliveries;
import dev.carillon.connection.session.Gateway;
import dev.carillon.connection.session.SessionLoops;
import dev.carillon.connection.session.SessionWatches;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.signin.QueuedAuthenticator;
import dev.carillon.connection.signin.ResumeTickets;
import dev.carillon.connection.signin.TokenVerifier;
import dev.carillon.runtime.grpc.GrpcServer;
import dev.carillon.runtime.service.ServiceHost;
import java.time.Duration;

/// One running gateway.
public final class ConnectionApp implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final ServiceHost host;
  private final Sessions sessions;
  private final ConnectionLimit limit;
  private final ClientPort clientPort;
  private final GrpcServer clientGrpc;
  private final String address;

  private ConnectionApp(
      ServiceHost host,
      Sessions sessions,
      ConnectionLimit limit,
      ClientPort clientPort,
      GrpcServer clientGrpc,
      String address) {
    this.host = host;
    this.sessions = sessions;
    this.limit = limit;
    this.clientPort = clientPort;
    this.clientGrpc = clientGrpc;
    this.address = address;
  }

  /// Starts a gateway; returns when devices can connect. The other services may come later.
  public static ConnectionApp start(ConnectionConfig config) {
    ServiceHost host = ServiceHost.open(config.host());
    Time time = new Time(host.clock(), System::nanoTime);
    return start(new Start(config, new GrpcAdapters(config.backend()), time, host));
  }

  /// Starts a gateway with these adapters and clocks; returns when devices can connect.
  static ConnectionApp start(ConnectionConfig config, Adapters adapters, Time time) {
    return start(new Start(config, adapters, time, ServiceHost.open(config.host())));
  }

  private static ConnectionApp start(Start start) {
    try {
      return start.run();
    } catch (RuntimeException failure) {
      start.host().close();
      throw failure;
    }
  }

  /// `host:port` of its gRPC server for other services.
  public String address() {
    return address;
  }

  /// The port that devices connect to by WebSocket and HTTP.
  public int clientPort() {
    return clientPort.port();
  }

  /// `host:port` that devices connect to by gRPC.
  public String clientGrpcAddress() {
    return clientGrpc.hostPort();
  }

  /// How many connections are open, signed in or not.
  public int connections() {
    return limit.open();
  }

  /// How many sessions are open.
  public int sessions() {
    return sessions.count();
  }

  /// The running instance, for who must see its readiness.
  public ServiceHost host() {
    return host;
  }

  /// Sends the devices away, waits for them, and stops.
  @Override
  public void close() {
    host.close();
  }

  /// The start of a gateway.
  private record Start(ConnectionConfig config, Adapters adapters, Time time, ServiceHost host) {
    ConnectionApp run() {
      Rules.learn();
      ConnectionMetrics metrics = new ConnectionMetrics(host.telemetry());
      Sessions sessions = new Sessions(time.wall());
      SessionLoops loops =
          host.own(
              new SessionLoops(
                  host.loops().group(),
                  time.nanos(),
                  TICK,
                  config.session().delivery().flushInterval()));
      Gateway gateway = gateway(sessions, metrics);
      ConnectionLimit limit = new ConnectionLimit(config.clients().maxConnections());
      metrics.gauge("connections", "Open connections.", limit::open);
      metrics.gauge("sessions", "Open sessions.", sessions::count);
      gateway.presence().start(sessions, sessions);
      ClientPort clientPort = host.own(listen(gateway, loops, limit));
      GrpcServer clientGrpc = host.own(listen(new ConnectRpc(gateway, loops, limit)));
      host.own(() -> clientGrpc.drain(LAST_WORDS));
      DeliveryRpc delivery =
          new DeliveryRpc(
              new Deliveries(sessions, loops, metrics), ender(gateway), host.failPoints());
      String address = host.serve(host.server().streams(delivery));
      host.beforeClosing("stop listening", left -> clientPort.stopListening());
      host.beforeClosing("send devices away", left -> sendAway(sessions, left));
      host.beforeClosing("end delivery streams", left -> delivery.drain());
      host.ready();
      return new ConnectionApp(host, sessions, limit, clientPort, clientGrpc, address);
    }

    private ClientPort listen(Gateway gateway, SessionLoops loops, ConnectionLimit limit) {
      HttpRoutes routes = adapters.routes(gateway, new SessionWatches(gateway, loops));
      return ClientPort.listen(
          config.clients().listen(),
          host.loops().group(),
          new ClientPort.Services(gateway, loops, routes, limit));
    }

    /// A listener of its own: what other services may ask must be out of the devices' reach.
    private GrpcServer listen(ConnectRpc connect) {
      int largestMessage = 2 * config.session().limits().frameSize();
      return host.server(
              config.host().grpc().elsewhere(config.clients().grpcListen(), largestMessage))
          .streams(connect)
          .toStrangers(config.session().helloTimeout())
          .start();
    }

    private Gateway gateway(Sessions sessions, ConnectionMetrics metrics) {
      ConnectionConfig.SignIn signIn = config.signIn();
      TokenVerifier verifier =
          new TokenVerifier(signIn.tokenKeys(), signIn.audience(), time.wall());
      QueuedAuthenticator authenticator =
          host.own(new QueuedAuthenticator(verifier, signIn.queue()));
      metrics.gauge("sign_ins.waiting", "Tokens that wait.", authenticator::waiting);
      return new Gateway(
          config.session(),
          sessions,
          authenticator,
          new ResumeTickets(signIn.ticketKey(), config.session().ticketLifetime(), time.wall()),
          adapters.messages(host),
          adapters.presence(host),
          metrics);
    }

    private SessionEnder ender(Gateway gateway) {
      return new SessionEnder(
          host.instance(), gateway.sessions(), gateway.presence(), adapters.gateways(host));
    }

    private void sendAway(Sessions sessions, Duration left) throws InterruptedException {
      Duration grace = config.drain().spread().plus(config.drain().grace());
      Duration most = left.minus(LAST_WORDS);
      sessions.sendAway(config.drain().spread(), grace);
      if (!sessions.awaitNobody(most.compareTo(grace) < 0 ? most : grace)) {
        sessions.endAll(Refusals.of(ConnectionError.DRAINING, "this gateway is going away"));
        sessions.awaitNobody(LAST_WORDS);
      }
    }
  }
}
