package dev.carillon.runtime.stream;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A channel to a test: what is sent reaches the test, and nothing comes back but what the test
/// says. Has one call at a time.
final class SilentChannel extends Channel {
  private final Consumer<Object> sent;
  private volatile @Nullable Call<?, ?> call;
  private volatile boolean reading = true;
  private final AtomicInteger calls = new AtomicInteger();

  /// @param sent gets every message
  SilentChannel(Consumer<Object> sent) {
    this.sent = sent;
  }

  /// How many calls have begun.
  int calls() {
    return calls.get();
  }

  /// Whether the call has been ended in order, from this side.
  boolean isHalfClosed() {
    return call().halfClosed;
  }

  /// Takes nothing more.
  void stopReading() {
    reading = false;
  }

  /// Takes what comes again.
  void read() {
    reading = true;
    call().listener().onReady();
  }

  /// Answers something.
  @SuppressWarnings("unchecked")
  <R> void answer(R response) {
    ((ClientCall.Listener<R>) call().listener()).onMessage(response);
  }

  /// Ends the call, as the loss of the connection would.
  void breakOff() {
    Call<?, ?> current = call();
    current.closed = true;
    current.listener().onClose(Status.UNAVAILABLE, new Metadata());
  }

  private Call<?, ?> call() {
    return Objects.requireNonNull(call, "no call has begun");
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    Call<Q, R> begun = new Call<>();
    call = begun;
    calls.incrementAndGet();
    return begun;
  }

  @Override
  public String authority() {
    return "nobody";
  }

  private final class Call<Q, R> extends ClientCall<Q, R> {
    private @Nullable Listener<R> listener;
    private volatile boolean closed;
    private volatile boolean halfClosed;

    Listener<R> listener() {
      return Objects.requireNonNull(listener, "the call has not started");
    }

    @Override
    public void start(Listener<R> responses, Metadata headers) {
      listener = responses;
    }

    @Override
    public boolean isReady() {
      return reading && !closed;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      closed = true;
    }

    @Override
    public void halfClose() {
      halfClosed = true;
    }

    @Override
    public void sendMessage(Q message) {
      if (!closed) {
        sent.accept(message);
      }
    }
  }
}
