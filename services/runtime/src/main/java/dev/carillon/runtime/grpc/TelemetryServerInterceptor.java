package dev.carillon.runtime.grpc;

import dev.carillon.runtime.telemetry.Telemetry;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.atomic.AtomicInteger;

/// Times and traces calls on the server's side.
///
/// A bidirectional stream lives for hours and carries the messages of many traces inside its
/// frames, so it gets no span and costs nothing per message; it is only counted while it is open.
final class TelemetryServerInterceptor implements ServerInterceptor {
  private final CallTelemetry telemetry;

  TelemetryServerInterceptor(Telemetry telemetry) {
    this.telemetry = new CallTelemetry(telemetry, SpanKind.SERVER);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING) {
      AtomicInteger open = telemetry.openStreams(call.getMethodDescriptor());
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      open.incrementAndGet();
      return new EndingListener<>(listener, open::decrementAndGet);
    }
    CallTelemetry.Call received = telemetry.received(call.getMethodDescriptor(), headers);
    Context context = Context.root().with(received.span());
    ServerCall<Q, R> timed =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            received.ended(status);
            super.close(status, trailers);
          }
        };
    try (Scope scope = context.makeCurrent()) {
      return new TracedListener<>(next.startCall(timed, headers), context);
    }
  }

  /// Makes the call's trace current wherever its callbacks run.
  private static final class TracedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Context context;

    TracedListener(ServerCall.Listener<Q> delegate, Context context) {
      super(delegate);
      this.context = context;
    }

    @Override
    public void onMessage(Q message) {
      context.wrap(() -> super.onMessage(message)).run();
    }

    @Override
    public void onHalfClose() {
      context.wrap(super::onHalfClose).run();
    }

    @Override
    public void onReady() {
      context.wrap(super::onReady).run();
    }

    @Override
    public void onCancel() {
      try {
        context.wrap(super::onCancel).run();
      } finally {
        Span.fromContext(context).end();
      }
    }

    @Override
    public void onComplete() {
      context.wrap(super::onComplete).run();
    }
  }
}
