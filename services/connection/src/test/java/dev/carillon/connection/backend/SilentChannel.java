package dev.carillon.connection.backend;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A channel to a test: its call begins, what is sent reaches the test, and nothing comes back but
/// the end of the call.
final class SilentChannel extends Channel {
  private final Consumer<Object> sent;
  private ClientCall.@Nullable Listener<?> call;

  /// @param sent gets every message
  SilentChannel(Consumer<Object> sent) {
    this.sent = sent;
  }

  /// Ends the call, as the loss of the connection would.
  void breakOff() {
    Objects.requireNonNull(call, "no call has begun").onClose(Status.UNAVAILABLE, new Metadata());
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return new ClientCall<>() {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        call = listener;
      }

      @Override
      public void request(int messages) {}

      @Override
      public void cancel(@Nullable String message, @Nullable Throwable cause) {}

      @Override
      public void halfClose() {}

      @Override
      public void sendMessage(Q message) {
        sent.accept(message);
      }
    };
  }

  @Override
  public String authority() {
    return "nobody";
  }
}
