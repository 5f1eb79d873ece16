package dev.carillon.runtime.grpc;

import dev.carillon.runtime.telemetry.Stopwatch;
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
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.atomic.AtomicInteger;

/// Times and traces calls on the server's side.
///
/// A bidirectional stream lives for hours and carries the messages of many traces inside its
/// frames, so it gets no span and costs nothing per message; it is only counted while it is open.
final class TelemetryServerInterceptor implements ServerInterceptor {
  private final Tracer tracer;
  private final CallMetrics metrics;

  TelemetryServerInterceptor(Telemetry telemetry) {
    this.tracer = telemetry.tracer();
    this.metrics = new CallMetrics(telemetry.metrics(), "server");
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING) {
      AtomicInteger open = metrics.openStreams(call.getMethodDescriptor());
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      open.incrementAndGet();
      return new EndingListener<>(listener, open::decrementAndGet);
    }
    String method = call.getMethodDescriptor().getFullMethodName();
    Span span =
        tracer
            .spanBuilder(method)
            .setSpanKind(SpanKind.SERVER)
            .setParent(TraceHeader.read(headers))
            .startSpan();
    Context context = Context.root().with(span);
    TimedCall<Q, R> timed = new TimedCall<>(call, span, metrics);
    try (Scope scope = context.makeCurrent()) {
      return new TracedListener<>(next.startCall(timed, headers), context, span);
    }
  }

  /// Ends the span and records the time when the method answers.
  private static final class TimedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Span span;
    private final CallMetrics metrics;
    private final Stopwatch stopwatch = Stopwatch.start();

    TimedCall(ServerCall<Q, R> delegate, Span span, CallMetrics metrics) {
      super(delegate);
      this.span = span;
      this.metrics = metrics;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      String method = getMethodDescriptor().getFullMethodName();
      metrics.ended(method, status.getCode(), stopwatch.nanos());
      if (span.isRecording()) {
        span.setAttribute("rpc.grpc.status_code", status.getCode().value());
        span.setStatus(status.isOk() ? StatusCode.UNSET : StatusCode.ERROR);
      }
      span.end();
      super.close(status, trailers);
    }
  }

  /// Makes the call's trace current wherever its callbacks run.
  private static final class TracedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Context context;
    private final Span span;

    TracedListener(ServerCall.Listener<Q> delegate, Context context, Span span) {
      super(delegate);
      this.context = context;
      this.span = span;
    }

    @Override
    public void onMessage(Q message) {
      try (Scope scope = context.makeCurrent()) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      try (Scope scope = context.makeCurrent()) {
        super.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      try (Scope scope = context.makeCurrent()) {
        super.onReady();
      }
    }

    @Override
    public void onCancel() {
      try (Scope scope = context.makeCurrent()) {
        super.onCancel();
      } finally {
        span.end();
      }
    }

    @Override
    public void onComplete() {
      try (Scope scope = context.makeCurrent()) {
        super.onComplete();
      }
    }
  }
}
