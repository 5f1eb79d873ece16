package dev.carillon.runtime.grpc;

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
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives outgoing calls a deadline, a trace and a metric of their duration.
///
/// A call inherits the deadline of the call that is being answered; one without any gets the
/// default. A bidirectional stream outlives the call in which it was opened, so it is cut loose
/// from that call's deadline, cancellation and trace.
final class CallClientInterceptor implements ClientInterceptor {
  private final CallTelemetry telemetry;
  private final Duration defaultDeadline;

  CallClientInterceptor(Telemetry telemetry, Duration defaultDeadline) {
    this.telemetry = new CallTelemetry(telemetry, SpanKind.CLIENT);
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
    return new SimpleForwardingClientCall<>(next.newCall(method, ending)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        CallTelemetry.Call call = telemetry.sent(method, headers);
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, @Nullable Metadata trailers) {
                call.ended(status);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }
}
