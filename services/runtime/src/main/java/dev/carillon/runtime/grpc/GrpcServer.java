package dev.carillon.runtime.grpc;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The gRPC server of an instance: its services, health, refusals, limits, traces and metrics.
///
/// Where a method runs: methods of a [Builder#service] on virtual threads, where they may block;
/// streaming methods of a [Builder#streams] service directly on the event loop, where they must
/// not, and its unary methods on virtual threads like all others; every method of a
/// [Builder#fromMemory] service on the event loop.
public final class GrpcServer implements AutoCloseable {
  private static final int FLOW_CONTROL_WINDOW = 1 << 20;
  private static final int MAX_METADATA_BYTES = 16 << 10;
  private static final Duration KEEPALIVE_TIME = Duration.ofSeconds(30);
  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PERMITTED_KEEPALIVE = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final int STRANGERS_CALLS = 1_000;

  private final Server server;
  private final InetSocketAddress address;
  private final ExecutorService blocking;

  private GrpcServer(Server server, ExecutorService blocking) {
    this.server = server;
    this.address = (InetSocketAddress) server.getListenSockets().getFirst();
    this.blocking = blocking;
  }

  /// Begins a server on shared `loops` that answers health checks from `health`.
  public static Builder builder(
      GrpcServerConfig config, EventLoops loops, Health health, Telemetry telemetry) {
    return new Builder(config, loops, health, telemetry);
  }

  /// The port it listens on, also when any free one was asked for.
  public int port() {
    return address.getPort();
  }

  /// The address it listens on, as `host:port`.
  public String hostPort() {
    return address.getHostString() + ":" + address.getPort();
  }

  /// Takes no new calls and lets those in flight finish within `limit`; cuts off what is left.
  /// Streams do not finish by themselves: their services end them before.
  public void drain(Duration limit) throws InterruptedException {
    server.shutdown();
    if (!server.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      close();
    }
  }

  /// Cancels all calls in flight.
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    blocking.shutdownNow();
  }

  /// Collects what a server answers before it starts.
  public static final class Builder {
    private final GrpcServerConfig config;
    private final EventLoops loops;
    private final Health health;
    private final Telemetry telemetry;
    private final List<ServerServiceDefinition> services = new ArrayList<>();
    private final Set<String> onLoop = new HashSet<>();
    private final Set<String> streamsOnLoop = new HashSet<>();
    private @Nullable Duration strangersPatience;

    private Builder(GrpcServerConfig config, EventLoops loops, Health health, Telemetry telemetry) {
      this.config = config;
      this.loops = loops;
      this.health = health;
      this.telemetry = telemetry;
    }

    /// Answers with `service`, every method on virtual threads.
    public Builder service(BindableService service) {
      services.add(service.bindService());
      return this;
    }

    /// Answers with `service`, its streaming methods on the event loop and never blocking.
    public Builder streams(BindableService service) {
      ServerServiceDefinition definition = service.bindService();
      services.add(definition);
      streamsOnLoop.add(definition.getServiceDescriptor().getName());
      return this;
    }

    /// Answers with `service`, which has everything in memory: all its methods are on the event
    /// loop and never block.
    public Builder fromMemory(BindableService service) {
      ServerServiceDefinition definition = service.bindService();
      services.add(definition);
      onLoop.add(definition.getServiceDescriptor().getName());
      return this;
    }

    /// Lets anybody connect, so nothing is answered that costs and counts nowhere: neither health
    /// nor reflection. A connection has so many calls at a time, and is closed when it has had none
    /// for `patience`, a second at least.
    public Builder toStrangers(Duration patience) {
      strangersPatience = patience;
      return this;
    }

    /// Starts to listen; throws [UncheckedIOException] when the address cannot be had.
    public GrpcServer start() {
      services.forEach(RequestValidator.shared()::learn);
      ExecutorService blocking =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());
      try {
        Server server = build(blocking).start();
        return new GrpcServer(server, blocking);
      } catch (IOException e) {
        blocking.shutdownNow();
        throw new UncheckedIOException("cannot listen on " + config.listen(), e);
      }
    }

    private Server build(ExecutorService blocking) {
      NettyServerBuilder builder = listening();
      // The base executor only looks methods up; where they run is decided per call.
      builder.directExecutor().callExecutor(executors(blocking));
      services.forEach(builder::addService);
      Duration patience = strangersPatience;
      if (patience == null) {
        builder.addService(healthService());
        if (config.reflection()) {
          builder.addService(ProtoReflectionServiceV1.newInstance());
        }
      } else {
        builder
            .maxConnectionIdle(patience.toMillis(), TimeUnit.MILLISECONDS)
            .maxConcurrentCallsPerConnection(STRANGERS_CALLS);
      }
      // The last one added sees a call first.
      builder.intercept(
          new LimitServerInterceptor(
              config.maxCalls(), config.defaultDeadline(), loops.group(), telemetry.metrics()));
      builder.intercept(new RefusalServerInterceptor());
      builder.intercept(new TelemetryServerInterceptor(telemetry));
      return builder.build();
    }

    private NettyServerBuilder listening() {
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(config.listen().host(), config.listen().port()))
              .bossEventLoopGroup(loops.group())
              .workerEventLoopGroup(loops.group())
              .channelType(loops.serverChannelType())
              .flowControlWindow(FLOW_CONTROL_WINDOW)
              .maxInboundMessageSize(config.maxMessageBytes())
              .maxInboundMetadataSize(MAX_METADATA_BYTES)
              .keepAliveTime(KEEPALIVE_TIME.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveTime(PERMITTED_KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveWithoutCalls(true);
      if (config.maxConnectionAge().isPositive()) {
        builder.maxConnectionAge(config.maxConnectionAge().toMillis(), TimeUnit.MILLISECONDS);
      }
      return builder;
    }

    private BindableService healthService() {
      HealthStatusManager manager = new HealthStatusManager();
      List<String> names = new ArrayList<>(List.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES));
      services.forEach(service -> names.add(service.getServiceDescriptor().getName()));
      health.onChange(state -> {
        ServingStatus status = state.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        names.forEach(name -> manager.setStatus(name, status));
      });
      return manager.getHealthService();
    }

    private ServerCallExecutorSupplier executors(Executor blocking) {
      return new ServerCallExecutorSupplier() {
        @Override
        public <Q, R> @Nullable Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
          boolean stream = call.getMethodDescriptor().getType() != MethodType.UNARY;
          @Nullable String service = call.getMethodDescriptor().getServiceName();
          // Without an answer the base executor goes on: the event loop itself.
          boolean direct =
              service != null
                  && (onLoop.contains(service) || (stream && streamsOnLoop.contains(service)));
          return direct ? null : blocking;
        }
      };
    }
  }
}
