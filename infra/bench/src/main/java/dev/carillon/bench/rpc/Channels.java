package dev.carillon.bench.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;

/// A few connections to one address, whose answers are taken on their event loops.
final class Channels implements AutoCloseable {
  private final List<ManagedChannel> all = new ArrayList<>();

  /// @param address `host:port`
  /// @param count how many connections
  Channels(String address, int count) {
    for (int i = 0; i < count; i++) {
      all.add(
          NettyChannelBuilder.forTarget("dns:///" + address)
              .usePlaintext()
              .directExecutor()
              .build());
    }
  }

  List<ManagedChannel> all() {
    return all;
  }

  @Override
  public void close() {
    all.forEach(ManagedChannel::shutdownNow);
  }
}
