package dev.carillon.runtime.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Logback's JSON lines, with a readable time, the service and instance, and the trace of the line.
final class JsonLines extends JsonEncoder {
  JsonLines() {
    setWithTimestamp(false);
    setWithSequenceNumber(false);
    setWithNanoseconds(false);
    setWithContext(false);
    setWithMarkers(false);
    setWithMDC(false);
    setWithMessage(false);
    setWithArguments(false);
    setWithFormattedMessage(true);
  }

  @Override
  protected void appendThrowableProxy(
      StringBuilder line, @Nullable String name, @Nullable IThrowableProxy failure) {
    if (failure != null) {
      super.appendThrowableProxy(line, name, failure);
    }
  }

  @Override
  protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
    append(line, "time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
    LogIdentity identity = LogIdentity.current();
    append(line, "service", identity.service());
    append(line, "instance", identity.instance());
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      append(line, "trace_id", span.getTraceId());
      append(line, "span_id", span.getSpanId());
    }
  }

  private void append(StringBuilder line, String name, String value) {
    if (!value.isEmpty()) {
      appendValueSeparator(line, true);
      appenderMember(line, name, value);
    }
  }
}
