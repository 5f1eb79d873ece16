package dev.carillon.runtime.grpc;

import dev.carillon.runtime.telemetry.TraceParent;
import io.grpc.Metadata;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// The W3C `traceparent` header in gRPC metadata.
final class TraceHeader {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private TraceHeader() {}

  static Context read(Metadata headers) {
    @Nullable String value = headers.get(KEY);
    return value == null ? Context.root() : TraceParent.toContext(value);
  }

  /// Written for unsampled spans too: whether to record is decided once, where a trace begins.
  static void write(SpanContext span, Metadata headers) {
    headers.discardAll(KEY);
    headers.put(KEY, TraceParent.of(span));
  }
}
