package dev.carillon.runtime.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.gson.stream.JsonWriter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.Console;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// Encodes one log event as one line: a JSON object, or plain text where a person reads along.
///
/// The rule of the house: what people write to each other is never logged. Log ids, counts, sizes
/// and reasons; records that hold a body leave it out of their text form.
public final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private boolean json =
      !Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);

  /// `json`, `text`, or anything else for text on a terminal and JSON elsewhere.
  public void setFormat(String format) {
    if ("json".equalsIgnoreCase(format)) {
      json = true;
    } else if ("text".equalsIgnoreCase(format)) {
      json = false;
    }
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
    return (json ? json(event) : text(event)).getBytes(UTF_8);
  }

  private static String json(ILoggingEvent event) {
    StringWriter line = new StringWriter(256);
    try (JsonWriter writer = new JsonWriter(line)) {
      writer.setHtmlSafe(false);
      writer.beginObject();
      writer.name("time").value(Instant.ofEpochMilli(event.getTimeStamp()).toString());
      writer.name("level").value(event.getLevel().toString());
      LogIdentity identity = LogIdentity.current();
      optional(writer, "service", identity.service());
      optional(writer, "instance", identity.instance());
      SpanContext span = Span.current().getSpanContext();
      if (span.isValid()) {
        writer.name("trace_id").value(span.getTraceId());
        writer.name("span_id").value(span.getSpanId());
      }
      writer.name("logger").value(event.getLoggerName());
      writer.name("thread").value(event.getThreadName());
      writer.name("message").value(event.getFormattedMessage());
      fields(writer, event);
      @Nullable IThrowableProxy failure = event.getThrowableProxy();
      if (failure != null) {
        writer.name("exception").value(ThrowableProxyUtil.asString(failure));
      }
      writer.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string writer failed", e);
    }
    return line.append('\n').toString();
  }

  private static void optional(JsonWriter writer, String name, String value) throws IOException {
    if (!value.isEmpty()) {
      writer.name(name).value(value);
    }
  }

  private static void fields(JsonWriter writer, ILoggingEvent event) throws IOException {
    for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
      writer.name(entry.getKey()).value(entry.getValue());
    }
    for (KeyValuePair pair : pairs(event)) {
      writer.name(pair.key);
      if (pair.value instanceof Number number) {
        writer.value(number);
      } else if (pair.value instanceof Boolean bool) {
        writer.value(bool);
      } else {
        writer.value(String.valueOf(pair.value));
      }
    }
  }

  private static String text(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    String logger = event.getLoggerName();
    line.append(Instant.ofEpochMilli(event.getTimeStamp()))
        .append(' ')
        .append(event.getLevel())
        .append(' ')
        .append(logger.substring(logger.lastIndexOf('.') + 1))
        .append(": ")
        .append(event.getFormattedMessage());
    for (KeyValuePair pair : pairs(event)) {
      line.append(' ').append(pair.key).append('=').append(pair.value);
    }
    line.append('\n');
    @Nullable IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      line.append(ThrowableProxyUtil.asString(failure));
    }
    return line.toString();
  }

  private static List<KeyValuePair> pairs(ILoggingEvent event) {
    @Nullable List<KeyValuePair> pairs = event.getKeyValuePairs();
    return pairs == null ? List.of() : pairs;
  }
}
