package dev.carillon.bench.rpc;

import dev.carillon.bench.load.Calls;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Unary calls of one method, over a few connections whose answers are taken on their event loops.
///
/// @param <Q> requests
/// @param <R> responses
final class UnaryCalls<Q, R> implements Calls {
  private static final int CHANNELS = 4;

  private final List<ManagedChannel> channels;
  private final MethodDescriptor<Q, R> method;
  private final IntFunction<One<Q, R>> ones;

  /// One call.
  ///
  /// @param promise whether the response is what was requested
  record One<Q, R>(Q request, Predicate<R> promise) {}

  /// @param address `host:port`
  /// @param ones gives each call, by its number
  UnaryCalls(String address, MethodDescriptor<Q, R> method, IntFunction<One<Q, R>> ones) {
    this.channels = Stream.generate(() -> channel(address)).limit(CHANNELS).toList();
    this.method = method;
    this.ones = ones;
  }

  /// A connection, which its user closes.
  static ManagedChannel channel(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .directExecutor()
        .build();
  }

  @Override
  public void call(int number, Answer answer) {
    One<Q, R> one = ones.apply(number);
    ClientCalls.asyncUnaryCall(
        channels.get(number % CHANNELS).newCall(method, CallOptions.DEFAULT),
        one.request(),
        new StreamObserver<R>() {
          // Success without a response keeps no promise.
          private Verdict verdict = Verdict.BROKEN;

          @Override
          public void onNext(R response) {
            verdict = one.promise().test(response) ? Verdict.DONE : Verdict.BROKEN;
          }

          @Override
          public void onError(Throwable failure) {
            answer.came(Verdict.REFUSED, 1);
          }

          @Override
          public void onCompleted() {
            answer.came(verdict, 1);
          }
        });
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
