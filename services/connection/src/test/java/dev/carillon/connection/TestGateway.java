package dev.carillon.connection;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.http.RtmRoutes;
import dev.carillon.connection.session.SessionConfig;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpExchange;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.DeliveryServiceGrpc;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.testing.FakeClock;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Text;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A whole gateway on real sockets, with fakes behind its ports and a clock that moves by hand.
final class TestGateway implements AutoCloseable {
  static final ByteString CONVERSATION = ByteString.copyFromUtf8("0123456789abcdef");
  static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);
  static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(60);
  static final Duration REDELIVERY_AFTER = Duration.ofSeconds(5);
  static final int WINDOW = 8;
  static final int MAX_FRAME = 64 * 1024;
  static final int MAX_BODY = 32 * 1024;
  static final int MAX_REQUESTS = 4;

  final FakeClock clock;
  final Tokens tokens;
  final FakeMessages messages;
  final FakePresence presence;
  final ConnectionApp app;
  private final ManagedChannel channel;
  private final ManagedChannel clientChannel;
  private FakePresence.@Nullable Announcer announcer;
  private @Nullable SessionContext context;
  private final BlockingQueue<DeliverResponse> answers = new LinkedBlockingQueue<>();
  private final StreamObserver<DeliverRequest> deliveries;
  private long lastBatch;

  /// A gateway of its own.
  static TestGateway start() {
    return start(1_000, Duration.ZERO, UUID.randomUUID().toString(), new Shared());
  }

  /// A gateway that shares what gateways of one installation share.
  static TestGateway start(int maxConnections, Duration spread, String registry, Shared shared) {
    return new TestGateway(maxConnections, spread, registry, shared);
  }

  /// What the gateways of one installation have in common.
  record Shared(FakeClock clock, Tokens tokens, FakeMessages messages, FakePresence presence) {
    Shared() {
      this(new FakeClock(), new Tokens(), new FakeMessages(), new FakePresence());
    }
  }

  private TestGateway(int maxConnections, Duration spread, String registry, Shared shared) {
    this.clock = shared.clock();
    this.tokens = shared.tokens();
    this.messages = shared.messages();
    this.presence = shared.presence();
    ConnectionConfig config =
        new ConnectionConfig(
            HostConfig.local("connection", MemoryRegistry.config(registry, Duration.ofSeconds(3))),
            new ConnectionConfig.Clients(
                new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0), maxConnections),
            new ConnectionConfig.SignIn(
                tokens.keys(), Tokens.AUDIENCE, Secret.of("k".repeat(32)), 100),
            new ConnectionConfig.Drain(spread, Duration.ofSeconds(2)),
            sessionConfig(),
            new ConnectionConfig.Backend(Duration.ofSeconds(10), 1_000, 100));
    app = ConnectionApp.start(config, new Fakes(config.backend()));
    channel = ManagedChannelBuilder.forTarget(app.address()).usePlaintext().build();
    clientChannel = ManagedChannelBuilder.forTarget(app.clientGrpcAddress()).usePlaintext().build();
    deliveries = DeliveryServiceGrpc.newStub(channel).deliver(new Responses());
  }

  static SessionConfig sessionConfig() {
    return new SessionConfig(
        new SessionConfig.Heartbeats(
            Duration.ofSeconds(30), Duration.ofSeconds(20), HEARTBEAT_TIMEOUT),
        new SessionConfig.Deliveries(
            Duration.ofMillis(200), REDELIVERY_AFTER, 3, WINDOW, 256 * 1024),
        new SessionConfig.Limits(MAX_BODY, MAX_FRAME, MAX_REQUESTS),
        HELLO_TIMEOUT,
        Duration.ofHours(2));
  }

  WebSocketDevice webSocket() {
    return new WebSocketDevice(app.clientPort());
  }

  GrpcDevice grpc() {
    return new GrpcDevice(clientChannel);
  }

  /// To the gRPC server for other services.
  ManagedChannel channel() {
    return channel;
  }

  /// To the gRPC server for devices.
  ManagedChannel clientChannel() {
    return clientChannel;
  }

  FakePresence.Announcer announcer() {
    return Objects.requireNonNull(announcer);
  }

  SessionContext context() {
    return Objects.requireNonNull(context);
  }

  String token(String user) {
    return tokens.token(user, clock.instant());
  }

  /// Delivers messages `from` to `to` of one conversation to these users, in one batch.
  DeliverResponse deliver(int from, int to, String... users) {
    return deliver(1, from, to, users);
  }

  /// The same from an owner of this epoch.
  DeliverResponse deliver(long epoch, int from, int to, String... users) {
    DeliverRequest.Builder request = DeliverRequest.newBuilder().setBatchId(++lastBatch);
    for (int seq = from; seq <= to; seq++) {
      request.addDeliveries(
          Delivery.newBuilder()
              .setMessage(message(seq, "text " + seq).toByteString())
              .addAllUserIds(List.of(users))
              .setSlot(7)
              .setEpoch(epoch));
    }
    return deliver(request.build());
  }

  DeliverResponse deliver(DeliverRequest request) {
    deliveries.onNext(request);
    try {
      return Objects.requireNonNull(answers.poll(60, TimeUnit.SECONDS), "no DeliverResponse");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static Message message(long seq, String text) {
    return Message.newBuilder()
        .setConversationId(CONVERSATION)
        .setSeq(seq)
        .setPrevSeq(seq - 1)
        .setSender("ann")
        .setBody(Body.newBuilder().setText(Text.newBuilder().setText(text)))
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    clientChannel.shutdownNow();
    app.close();
  }

  /// Fakes behind the ports.
  private final class Fakes extends Dependencies {
    Fakes(ConnectionConfig.Backend config) {
      super(config);
    }

    @Override
    FakeClock clock(ServiceHost host) {
      return clock;
    }

    @Override
    LongSupplier nanos(ServiceHost host) {
      return clock.ticker();
    }

    @Override
    FakeMessages messages(ServiceHost host) {
      return messages;
    }

    @Override
    FakePresence.Announcer presence(ServiceHost host, PresenceAnnouncer.Devices devices) {
      FakePresence.Announcer made = presence.announcer(host.instance(), devices);
      announcer = made;
      return made;
    }

    @Override
    HttpRoutes routes(SessionContext made) {
      context = made;
      return new EchoRoutes(new RtmRoutes(made));
    }
  }

  /// Answers `/echo` with the body, fails on `/fail`, and leaves the rest to others.
  private record EchoRoutes(HttpRoutes others) implements HttpRoutes {
    @Override
    public boolean answers(String path) {
      return path.equals("/echo") || path.equals("/fail") || others.answers(path);
    }

    @Override
    public void handle(HttpExchange exchange) {
      switch (exchange.path()) {
        case "/fail" -> throw new IllegalStateException("as told");
        case "/echo" -> exchange.respond(200, "text/plain", exchange.body());
        default -> others.handle(exchange);
      }
    }
  }

  /// Keeps the answers to batches.
  private final class Responses implements StreamObserver<DeliverResponse> {
    @Override
    public void onNext(DeliverResponse response) {
      answers.add(response);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
