package dev.carillon.connection;

import dev.carillon.connection.backend.GatewayClient;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.ConnectionMetrics;
import dev.carillon.connection.session.Deliveries;
import dev.carillon.connection.session.DeliverySubscriptions;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoops;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.signin.QueuedAuthenticator;
import dev.carillon.connection.signin.ResumeTickets;
import dev.carillon.connection.signin.TokenVerifier;
import dev.carillon.connection.transport.ClientPort;
import dev.carillon.connection.transport.ConnectRpc;
import dev.carillon.connection.transport.ConnectionLimit;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.grpc.GrpcServer;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.stream.InstanceStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// One running gateway.
public final class ConnectionApp implements ServiceApp {
  private static final Duration TICK = Duration.ofMillis(100);

  /// How long the last frames may take to reach the devices.
  private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

  private final ConnectionConfig config;
  private final ServiceHost host;
  private final Sessions sessions;
  private final ConnectionLimit limit;
  private final ClientPort clientPort;
  private final GrpcServer clientGrpc;

  /// Starts a gateway; returns when devices can connect. The other services may start later.
  public static ConnectionApp start(ConnectionConfig config) {
    return start(config, new Dependencies(config.backend()));
  }

  /// Starts a gateway with these dependencies; returns when devices can connect.
  static ConnectionApp start(ConnectionConfig config, Dependencies dependencies) {
    ServiceHost host = ServiceHost.open(config.host());
    try {
      return new ConnectionApp(config, dependencies, host);
    } catch (RuntimeException failure) {
      host.close();
      throw failure;
    }
  }

  private ConnectionApp(ConnectionConfig config, Dependencies dependencies, ServiceHost host) {
    this.config = config;
    this.host = host;
    InstantSource clock = dependencies.clock(host);
    sessions = new Sessions(clock);
    limit = new ConnectionLimit(config.clients().maxConnections());
    ValidatorWarmUp.run();
    SessionContext context = context(dependencies, clock);
    SessionLoops loops = host.own(loops(dependencies.nanos(host)));
    context.presence().start(sessions, sessions);
    DeliverySubscriptions subscriptions = new DeliverySubscriptions(context, loops);
    clientPort = host.own(listen(context, loops, dependencies.routes(context, subscriptions)));
    clientGrpc = host.own(listen(new ConnectRpc(context, loops, limit)));
    host.own(() -> clientGrpc.drain(GOODBYE_LIMIT));
    DeliveryRpc delivery = delivery(context, loops, dependencies.gateways(host));
    host.serve(host.server().streams(delivery));
    host.beforeClosing("stop listening", left -> clientPort.stopListening());
    host.beforeClosing("send devices away", this::drain);
    host.beforeClosing("end delivery streams", left -> delivery.drain());
    host.ready();
  }

  private SessionContext context(Dependencies dependencies, InstantSource clock) {
    ConnectionConfig.SignIn signIn = config.signIn();
    TokenVerifier verifier = new TokenVerifier(signIn.tokenKeys(), signIn.audience(), clock);
    QueuedAuthenticator authenticator = host.own(new QueuedAuthenticator(verifier, signIn.queue()));
    ConnectionMetrics metrics = new ConnectionMetrics(host.telemetry());
    metrics.gauge("connections", "Open connections.", limit::open);
    metrics.gauge("sessions", "Open sessions.", sessions::count);
    metrics.gauge("sign_ins.waiting", "Tokens that wait.", authenticator::waiting);
    return new SessionContext(
        config.session(),
        sessions,
        authenticator,
        new ResumeTickets(signIn.ticketKey(), config.session().ticketLifetime(), clock),
        dependencies.messages(host),
        dependencies.presence(host),
        metrics);
  }

  private SessionLoops loops(LongSupplier nanos) {
    return new SessionLoops(
        host.loops().group(), nanos, TICK, host.batchInterval(InstanceStream.FRAME_COST));
  }

  private ClientPort listen(SessionContext context, SessionLoops loops, HttpRoutes routes) {
    return ClientPort.listen(
        config.clients().listen(), host.loops(), context, loops, routes, limit);
  }

  /// A listener of its own: devices must not reach what other services may ask.
  private GrpcServer listen(ConnectRpc connect) {
    int largestMessage = 2 * config.session().limits().frameSize();
    return host.server(
            config.host().grpc().elsewhere(config.clients().grpcListen(), largestMessage))
        .streams(connect)
        .toStrangers(config.session().helloTimeout())
        .start();
  }

  private DeliveryRpc delivery(SessionContext context, SessionLoops loops, GatewayClient gateways) {
    return new DeliveryRpc(
        new Deliveries(sessions, loops, context.metrics()),
        new SessionEnder(host.instance(), sessions, context.presence(), gateways),
        host.failPoints());
  }

  private void drain(Duration left) throws InterruptedException {
    Duration grace = config.drain().spread().plus(config.drain().grace());
    Duration most = left.minus(GOODBYE_LIMIT);
    sessions.drain(config.drain().spread(), grace);
    if (!sessions.awaitEmpty(most.compareTo(grace) < 0 ? most : grace)) {
      sessions.endAll(ConnectionError.DRAINING.refusal("this gateway is going away"));
      sessions.awaitEmpty(GOODBYE_LIMIT);
    }
  }

  @Override
  public ServiceHost host() {
    return host;
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
  int connections() {
    return limit.open();
  }

  /// How many sessions are open.
  int sessions() {
    return sessions.count();
  }
}
