package dev.carillon.runtime.grpc;

import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Stopwatch;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.runtime.telemetry.TraceParent;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The traces of one side's calls, how long they took, by method and code, and how many streams are
/// open, by method. Traces travel in the W3C `traceparent` header.
final class CallTelemetry {
  private static final Metadata.Key<String> TRACE =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private final Telemetry telemetry;
  private final SpanKind side;
  private final String prefix;
  private final Map<Outcome, Histogram> durations = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> streams = new ConcurrentHashMap<>();

  private record Outcome(String method, Status.Code code) {}

  /// `side` is SERVER or CLIENT.
  CallTelemetry(Telemetry telemetry, SpanKind side) {
    this.telemetry = telemetry;
    this.side = side;
    this.prefix = "grpc." + side.name().toLowerCase(Locale.ROOT);
  }

  /// Begins a call that came with `headers`.
  Call received(MethodDescriptor<?, ?> method, Metadata headers) {
    @Nullable String trace = headers.get(TRACE);
    Context parent = trace == null ? Context.root() : TraceParent.toContext(trace);
    return new Call(method.getFullMethodName(), span(method, parent));
  }

  /// Begins a call that is sent with `headers`; traced when what causes it is traced.
  Call sent(MethodDescriptor<?, ?> method, Metadata headers) {
    Span span = Span.getInvalid();
    if (Span.current().getSpanContext().isValid()) {
      span = span(method, Context.current());
      // Written for unsampled spans too: whether to record is decided once, where a trace begins.
      headers.discardAll(TRACE);
      headers.put(TRACE, TraceParent.of(span.getSpanContext()));
    }
    return new Call(method.getFullMethodName(), span);
  }

  /// The number of open streams of `method`, for its owner to change.
  AtomicInteger openStreams(MethodDescriptor<?, ?> method) {
    return streams.computeIfAbsent(
        method.getFullMethodName(),
        name -> {
          AtomicInteger open = new AtomicInteger();
          telemetry
              .metrics()
              .gauge(prefix + ".streams", "Streams that are open.", open::get, "method", name);
          return open;
        });
  }

  private Span span(MethodDescriptor<?, ?> method, Context parent) {
    return telemetry
        .tracer()
        .spanBuilder(method.getFullMethodName())
        .setSpanKind(side)
        .setParent(parent)
        .startSpan();
  }

  private Histogram duration(Outcome outcome) {
    return telemetry
        .metrics()
        .timer(
            prefix + ".duration",
            "How long calls took.",
            "method",
            outcome.method(),
            "code",
            outcome.code().name());
  }

  /// A call that runs.
  final class Call {
    private final String method;
    private final Span span;
    private final Stopwatch stopwatch = Stopwatch.start();

    private Call(String method, Span span) {
      this.method = method;
      this.span = span;
    }

    Span span() {
      return span;
    }

    /// Ends the span and records the time.
    void ended(Status status) {
      durations
          .computeIfAbsent(new Outcome(method, status.getCode()), CallTelemetry.this::duration)
          .recordNanos(stopwatch.nanos());
      if (span.isRecording()) {
        span.setAttribute("rpc.grpc.status_code", status.getCode().value());
        span.setStatus(status.isOk() ? StatusCode.UNSET : StatusCode.ERROR);
      }
      span.end();
    }
  }
}
