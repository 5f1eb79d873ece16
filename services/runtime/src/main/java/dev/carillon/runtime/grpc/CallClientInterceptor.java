package dev.carillon.runtime.grpc;

import dev.carillon.runtime.telemetry.Stopwatch;
import dev.carillon.runtime.telemetry.Telemetry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives outgoing calls a deadline, a trace and a metric of their duration.
///
/// A call inherits the deadline of the call that is being answered; one without any gets the
/// default. A bidirectional stream outlives the call in which it was opened, so it is cut loose
/// from that call's deadline, cancellation and trace.
final class CallClientInterceptor implements ClientInterceptor {
  private final Tracer tracer;
  private final CallMetrics metrics;
  private final Duration defaultDeadline;

  CallClientInterceptor(Telemetry telemetry, Duration defaultDeadline) {
    this.tracer = telemetry.tracer();
    this.metrics = new CallMetrics(telemetry.metrics(), "client");
    this.defaultDeadline = defaultDeadline;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    if (method.getType() == MethodType.BIDI_STREAMING) {
      Context caller = Context.ROOT.attach();
      try {
        return next.newCall(method, options);
      } finally {
        Context.ROOT.detach(caller);
      }
    }
    boolean bounded = options.getDeadline() != null || Context.current().getDeadline() != null;
    CallOptions ending =
        bounded
            ? options
            : options.withDeadlineAfter(defaultDeadline.toNanos(), TimeUnit.NANOSECONDS);
    return new TimedCall<>(next.newCall(method, ending), method.getFullMethodName(), this);
  }

  /// A call that is timed, and traced when its parent is traced.
  private static final class TimedCall<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private final String method;
    private final CallClientInterceptor owner;

    TimedCall(ClientCall<Q, R> delegate, String method, CallClientInterceptor owner) {
      super(delegate);
      this.method = method;
      this.owner = owner;
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      Span span = Span.getInvalid();
      if (Span.current().getSpanContext().isValid()) {
        span = owner.tracer.spanBuilder(method).setSpanKind(SpanKind.CLIENT).startSpan();
        TraceHeader.write(span.getSpanContext(), headers);
      }
      super.start(new TimedListener<>(listener, method, span, owner.metrics), headers);
    }
  }

  /// Ends the span and records the time when the answer is complete.
  private static final class TimedListener<R> extends SimpleForwardingClientCallListener<R> {
    private final String method;
    private final Span span;
    private final CallMetrics metrics;
    private final Stopwatch stopwatch = Stopwatch.start();

    TimedListener(ClientCall.Listener<R> delegate, String method, Span span, CallMetrics metrics) {
      super(delegate);
      this.method = method;
      this.span = span;
      this.metrics = metrics;
    }

    @Override
    public void onClose(Status status, @Nullable Metadata trailers) {
      metrics.ended(method, status.getCode(), stopwatch.nanos());
      if (span.isRecording()) {
        span.setAttribute("rpc.grpc.status_code", status.getCode().value());
        span.setStatus(status.isOk() ? StatusCode.UNSET : StatusCode.ERROR);
      }
      span.end();
      super.onClose(status, trailers);
    }
  }
}
