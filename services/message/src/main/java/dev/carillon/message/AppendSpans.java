package dev.carillon.message;

import dev.carillon.message.append.Outcome;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The spans of one stream's traced items, from their arrival to their answer; thread-safe.
final class AppendSpans {
  private final Tracer tracer;
  private final Map<Long, Span> open = new ConcurrentHashMap<>();

  AppendSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /// Begins the span of an item that is traced.
  ///
  /// @return the traceparent for what the item causes; empty when it is not traced
  String begin(long itemId, String traceparent) {
    if (traceparent.isEmpty()) {
      return "";
    }
    Span span =
        tracer
            .spanBuilder("message.append")
            .setSpanKind(SpanKind.SERVER)
            .setParent(TraceParent.toContext(traceparent))
            .startSpan();
    Span before = open.put(itemId, span);
    if (before != null) {
      before.end();
    }
    return TraceParent.of(span);
  }

  /// Ends the span of an item, if it has one.
  void end(long itemId, Outcome outcome) {
    Span span = open.isEmpty() ? null : open.remove(itemId);
    if (span == null) {
      return;
    }
    switch (outcome) {
      case Outcome.Stored stored -> span.setAttribute("carillon.seq", stored.seq());
      case Outcome.MembersChanged changed -> span.setAttribute("carillon.seq", changed.seq());
      case Outcome.Refused refused ->
          span.setStatus(StatusCode.ERROR, refused.refusal().reason().name());
    }
    span.end();
  }

  /// Ends all spans: nobody will be answered any more.
  void endAll() {
    open.values().forEach(Span::end);
    open.clear();
  }
}
