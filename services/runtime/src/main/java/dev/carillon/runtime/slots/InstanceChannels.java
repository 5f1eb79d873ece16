package dev.carillon.runtime.slots;

import dev.carillon.runtime.grpc.Channels;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// One channel for each instance that is called by address; one that had no call for long is
/// closed.
///
/// Thread-safe.
public final class InstanceChannels implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Function<String, ManagedChannel> connect;
  private final Consumer<ManagedChannel> disconnect;
  private final LongSupplier nanos;
  private final Map<String, Open> open = new HashMap<>();
  private long sweptAt;
  private boolean closed;

  /// Opens and closes channels through `channels`.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public InstanceChannels(Channels channels, LongSupplier nanos) {
    this(
        address ->
            channels.to(
                address, builder -> builder.idleTimeout(IDLE.toSeconds(), TimeUnit.SECONDS)),
        channels::close,
        nanos);
  }

  InstanceChannels(
      Function<String, ManagedChannel> connect,
      Consumer<ManagedChannel> disconnect,
      LongSupplier nanos) {
    this.connect = connect;
    this.disconnect = disconnect;
    this.nanos = nanos;
    this.sweptAt = nanos.getAsLong();
  }

  /// The channel to an address; ask again for every call or stream, and keep it no longer.
  ///
  /// @throws IllegalStateException after [#close]
  public synchronized Channel to(String address) {
    if (closed) {
      throw new IllegalStateException("the channels are closed");
    }
    long now = nanos.getAsLong();
    sweep(now);
    Open found = open.computeIfAbsent(address, target -> new Open(connect.apply(target)));
    found.usedAt = now;
    return found.channel;
  }

  /// Closes all channels; calls that are under way fail.
  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(one -> disconnect.accept(one.channel));
    open.clear();
  }

  private void sweep(long now) {
    if (now - sweptAt < IDLE.toNanos()) {
      return;
    }
    sweptAt = now;
    open.values()
        .removeIf(one -> {
          // A channel with a call or stream on it is never idle.
          boolean idle =
              now - one.usedAt >= IDLE.toNanos()
                  && one.channel.getState(false) == ConnectivityState.IDLE;
          if (idle) {
            disconnect.accept(one.channel);
          }
          return idle;
        });
  }

  /// A channel and when it was last asked for.
  private static final class Open {
    private final ManagedChannel channel;
    private long usedAt;

    Open(ManagedChannel channel) {
      this.channel = channel;
    }
  }
}
