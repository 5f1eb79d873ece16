package dev.carillon.runtime.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;

/// The W3C `traceparent` form of a trace context, for frames of long streams that carry it inside.
///
/// A context that is not sampled encodes as the empty text, so a frame costs nothing unless its
/// message is being traced; the empty text, and anything malformed, decodes as no context.
public final class TraceParent {
  private static final int LENGTH = 55;
  private static final int TRACE_END = 3 + 32;
  private static final int SPAN_END = TRACE_END + 1 + 16;

  private TraceParent() {}

  /// `span` as `00-<trace id>-<span id>-01` if it is sampled, or the empty text.
  public static String of(Span span) {
    SpanContext context = span.getSpanContext();
    return context.isSampled() ? of(context) : "";
  }

  /// The context to be the parent of what a frame causes; the root context for the empty text.
  public static Context toContext(String traceParent) {
    if (traceParent.isEmpty()) {
      return Context.root();
    }
    SpanContext span = parse(traceParent);
    return span.isValid() ? Context.root().with(Span.wrap(span)) : Context.root();
  }

  /// The form of `span` whether sampled or not; for headers, where the decision must travel too.
  public static String of(SpanContext span) {
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex();
  }

  static SpanContext parse(String text) {
    if (text.length() < LENGTH || text.charAt(2) != '-' || text.charAt(TRACE_END) != '-') {
      return SpanContext.getInvalid();
    }
    String traceId = text.substring(3, TRACE_END);
    String spanId = text.substring(TRACE_END + 1, SPAN_END);
    if (text.charAt(SPAN_END) != '-' || !TraceId.isValid(traceId) || !SpanId.isValid(spanId)) {
      return SpanContext.getInvalid();
    }
    boolean sampled = (Character.digit(text.charAt(LENGTH - 1), 16) & 1) == 1;
    return SpanContext.createFromRemoteParent(
        traceId,
        spanId,
        sampled ? TraceFlags.getSampled() : TraceFlags.getDefault(),
        TraceState.getDefault());
  }
}
