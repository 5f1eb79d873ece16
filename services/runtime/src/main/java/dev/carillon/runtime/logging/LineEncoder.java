package dev.carillon.runtime.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.Console;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Encodes one log event as one line: a JSON object, or plain text where a person reads along.
///
/// House rule: the text of messages is never logged. Log ids, counts, sizes and reasons; records
/// that hold a body leave it out of their text form.
public final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX, UTC} %level %logger{0}: %msg"
          + "%replace( %kvp{NONE}){' $', ''}%n%ex";

  private boolean json =
      !Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  private Encoder<ILoggingEvent> lines = new JsonLines();

  /// `json`, `text`, or anything else for text on a terminal and JSON elsewhere.
  public void setFormat(String format) {
    if ("json".equalsIgnoreCase(format)) {
      json = true;
    } else if ("text".equalsIgnoreCase(format)) {
      json = false;
    }
  }

  @Override
  public void start() {
    if (!json) {
      PatternLayoutEncoder text = new PatternLayoutEncoder();
      text.setPattern(TEXT);
      lines = text;
    }
    lines.setContext(getContext());
    lines.start();
    super.start();
  }

  @Override
  public void stop() {
    lines.stop();
    super.stop();
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return lines.encode(event);
  }

  /// Logback's JSON lines, with a readable time, the service and instance, and the trace of the
  /// line.
  private static final class JsonLines extends JsonEncoder {
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
}
