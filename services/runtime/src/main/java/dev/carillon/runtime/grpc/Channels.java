package dev.carillon.runtime.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import dev.carillon.runtime.telemetry.Telemetry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Opens the channels of an instance to other services and owns them.
///
/// Channels keep their connections alive, spread calls over all addresses of their target, and give
/// every call a deadline, a trace and a time. Nothing is sent a second time here once it may have
/// reached the other side: retries belong to one layer, the one that knows what is safe. Callbacks
/// of asynchronous calls run on virtual threads, or on the event loop for channels made by
/// [#onLoop]. Thread-safe.
public final class Channels implements AutoCloseable {
  private static final int FLOW_CONTROL_WINDOW = 1 << 20;
  private static final Duration KEEPALIVE_TIME = Duration.ofSeconds(10);
  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final EventLoops loops;
  private final ChannelConfig config;
  private final LongSupplier nanos;
  private final CallClientInterceptor interceptor;
  private final ExecutorService callbacks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("answer-", 0).factory());
  private final List<ManagedChannel> open = new CopyOnWriteArrayList<>();

  /// Channels on shared `loops`.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public Channels(EventLoops loops, ChannelConfig config, Telemetry telemetry, LongSupplier nanos) {
    this.loops = loops;
    this.config = config;
    this.nanos = nanos;
    this.interceptor = new CallClientInterceptor(telemetry, config.defaultDeadline());
  }

  /// A channel to `target`: `host:port`, or a URI of a registered name resolver.
  public ManagedChannel to(String target) {
    return to(target, builder -> {});
  }

  /// A channel to `target`, built with what `change` adds or alters.
  public ManagedChannel to(String target, Consumer<NettyChannelBuilder> change) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .eventLoopGroup(loops.group())
            .channelType(loops.channelType())
            .executor(callbacks)
            .intercept(interceptor)
            .defaultLoadBalancingPolicy("round_robin")
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .maxInboundMessageSize(config.maxMessageBytes())
            .keepAliveTime(KEEPALIVE_TIME.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveWithoutCalls(true);
    change.accept(builder);
    ManagedChannel channel = builder.build();
    open.add(channel);
    return channel;
  }

  /// The same channel with the callbacks of its calls run on the event loop: for hot streams, whose
  /// observers must not block. Never for blocking stubs.
  public static Channel onLoop(Channel channel) {
    return ClientInterceptors.intercept(channel, new OnLoop());
  }

  /// Closes one channel before the others, at once.
  public void close(ManagedChannel channel) {
    if (open.remove(channel)) {
      channel.shutdownNow();
    }
  }

  /// Closes all channels; calls still in flight end as `CANCELLED`.
  @Override
  public void close() {
    open.forEach(ManagedChannel::shutdownNow);
    long end = nanos.getAsLong() + CLOSE_LIMIT.toNanos();
    try {
      for (ManagedChannel channel : open) {
        channel.awaitTermination(Math.max(0, end - nanos.getAsLong()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    callbacks.shutdown();
  }

  /// Runs the callbacks of calls on the event loop on which they arise.
  private static final class OnLoop implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withExecutor(MoreExecutors.directExecutor()));
    }
  }
}
