package dev.carillon.connection;

import com.google.protobuf.Message;
import dev.carillon.connection.backend.GrpcGatewayClient;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.ConnectionMetrics;
import dev.carillon.connection.session.Deliveries;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoops;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.signin.QueuedAuthenticator;
import dev.carillon.connection.signin.ResumeTickets;
import dev.carillon.connection.signin.TokenVerifier;
import dev.carillon.connection.transport.ClientPort;
import dev.carillon.connection.transport.ConnectRpc;
import dev.carillon.connection.transport.ConnectionLimit;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.Sync;
import dev.carillon.runtime.grpc.GrpcServer;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.stream.InstanceStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// One running gateway.
public final class ConnectionApp implements ServiceApp {
  private static final Duration TICK = Duration.ofMillis(100);

  /// How long the last frames may take to reach the devices.
  private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

  /// The frames that sessions check: the validator learns each type before an event loop needs it.
  private static final List<Message> CHECKED =
      List.of(
          Hello.getDefaultInstance(),
          Sync.getDefaultInstance(),
          History.getDefaultInstance(),
          Group.getDefaultInstance());

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
    sessions = new Sessions(dependencies.clock(host));
    limit = new ConnectionLimit(config.clients().maxConnections());
    CHECKED.forEach(RequestValidator.shared()::learn);
    SessionContext context = context(dependencies);
    clientPort =
        host.own(
            new ClientPort(
                config.clients().listen(),
                host.loops(),
                context,
                dependencies.routes(context),
                limit));
    clientGrpc = host.own(listen(new ConnectRpc(context, limit)));
    host.own(() -> clientGrpc.drain(GOODBYE_LIMIT));
    GrpcGatewayClient gateways = dependencies.gateways(host);
    DeliveryRpc delivery =
        new DeliveryRpc(
            new Deliveries(context),
            new SessionEnder(host.instance(), sessions, context.presence(), gateways),
            host.failPoints());
    host.serve(host.server().streams(delivery));
    host.beforeClosing("stop listening", left -> clientPort.stopListening());
    host.beforeClosing("send devices away", this::drain);
    host.beforeClosing("end delivery streams", left -> delivery.drain());
    host.ready();
  }

  private SessionContext context(Dependencies dependencies) {
    InstantSource clock = dependencies.clock(host);
    ConnectionConfig.SignIn signIn = config.signIn();
    TokenVerifier verifier = new TokenVerifier(signIn.tokenKeys(), signIn.audience(), clock);
    QueuedAuthenticator authenticator = host.own(new QueuedAuthenticator(verifier, signIn.queue()));
    host.metrics().gauge("connections", "Open connections.", limit::open);
    host.metrics().gauge("sessions", "Open sessions.", sessions::count);
    host.metrics().gauge("sign_ins.waiting", "Tokens that wait.", authenticator::waiting);
    return new SessionContext(
        config.session(),
        sessions,
        host.own(
            new SessionLoops(
                host.loops().group(),
                dependencies.nanos(host),
                TICK,
                host.batchInterval(InstanceStream.FRAME_COST))),
        authenticator,
        new ResumeTickets(signIn.ticketKey(), config.session().ticketLifetime(), clock),
        dependencies.messages(host),
        dependencies.presence(host, sessions),
        new ConnectionMetrics(host.telemetry()));
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

  private void drain(Duration left) throws InterruptedException {
    Duration grace = config.drain().spread().plus(config.drain().grace());
    Duration most = left.minus(GOODBYE_LIMIT);
    sessions.drain(config.drain().spread(), grace);
    if (!sessions.awaitEmpty(most.compareTo(grace) < 0 ? most : grace)) {
      sessions.endAll(ConnectionError.draining());
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
}
