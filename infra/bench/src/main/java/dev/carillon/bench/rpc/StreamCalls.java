package dev.carillon.bench.rpc;

import dev.carillon.bench.load.Calls;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Calls over one stream, each an item of a request. A request leaves as soon as it is full.
///
/// @param <Q> requests
/// @param <R> responses
final class StreamCalls<Q, R> implements Calls {
  private final Codec<Q, R> codec;
  private final int items;
  private final Map<Long, Answer> open = new ConcurrentHashMap<>();
  private final ManagedChannel channel;
  private final StreamObserver<Q> stream;
  private long next;
  private long sent;

  /// The content of a stream. Items are numbered in the order in which they leave, from 0.
  interface Codec<Q, R> {
    /// A request with the items from `first` to before `end`.
    Q request(long first, long end);

    /// Judges what a response says of each item; responses come one at a time.
    void read(R response, Judge judge);
  }

  /// Takes what is said of items.
  @FunctionalInterface
  interface Judge {
    /// An item was answered.
    void item(long number, Verdict verdict, long amount);
  }

  /// Opens the stream.
  ///
  /// @param channel is closed with the stream
  /// @param items how many a full request has
  StreamCalls(ManagedChannel channel, MethodDescriptor<Q, R> method, Codec<Q, R> codec, int items) {
    this.codec = codec;
    this.items = items;
    this.channel = channel;
    this.stream =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method, CallOptions.DEFAULT), new Responses());
  }

  @Override
  public synchronized void call(int number, Answer answer) {
    open.put(next++, answer);
    if (next - sent == items) {
      flush();
    }
  }

  @Override
  public synchronized void flush() {
    if (sent < next) {
      stream.onNext(codec.request(sent, next));
      sent = next;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private void judged(long number, Verdict verdict, long amount) {
    Answer answer = open.remove(number);
    if (answer != null) {
      answer.came(verdict, amount);
    }
  }

  /// What comes back.
  private final class Responses implements StreamObserver<R> {
    @Override
    public void onNext(R response) {
      codec.read(response, StreamCalls.this::judged);
    }

    /// No answer comes any more, nor does what is called from now on get one.
    @Override
    public void onError(Throwable failure) {
      open.keySet().forEach(number -> judged(number, Verdict.REFUSED, 1));
    }

    @Override
    public void onCompleted() {}
  }
}
