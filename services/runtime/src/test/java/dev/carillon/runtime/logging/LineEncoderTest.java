package dev.carillon.runtime.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class LineEncoderTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final LineEncoder encoder = new LineEncoder();

  @AfterEach
  void forgetWhoWrites() {
    LogIdentity.claim("");
  }

  @Test
  void writesOneJsonObjectPerLine() {
    LogIdentity.claim("message");
    LogIdentity.name("message", "m1");
    LogIdentity.name("sequence", "s1");
    encoder.setFormat("json");
    LoggingEvent event = event("stored\n\"twice\"", null);
    event.addKeyValuePair(new KeyValuePair("count", 3));

    String line = encode(event);

    assertThat(line).endsWith("\n").hasLineCount(1);
    JsonObject json = JsonParser.parseString(line).getAsJsonObject();
    assertThat(json.get("formattedMessage").getAsString()).isEqualTo("stored\n\"twice\"");
    assertThat(json.get("level").getAsString()).isEqualTo("WARN");
    assertThat(json.get("service").getAsString()).isEqualTo("message");
    assertThat(json.get("instance").getAsString()).isEqualTo("m1");
    assertThat(json.get("time").getAsString())
        .isEqualTo(Instant.ofEpochMilli(event.getTimeStamp()).toString());
    assertThat(json.getAsJsonArray("kvpList").get(0).getAsJsonObject().get("count").getAsInt())
        .isEqualTo(3);
    assertThat(json.has("trace_id")).isFalse();
    assertThat(json.has("throwable")).isFalse();
  }

  @Test
  void tellsWhatFailedAndWhere() {
    encoder.setFormat("json");
    Throwable failure = new IllegalStateException("on purpose", new IOException("the \"cause\""));

    String line = encode(event("failed", failure));

    assertThat(line).hasLineCount(1);
    JsonObject json = JsonParser.parseString(line).getAsJsonObject().getAsJsonObject("throwable");
    assertThat(json.get("className").getAsString()).isEqualTo("java.lang.IllegalStateException");
    assertThat(json.get("message").getAsString()).isEqualTo("on purpose");
    assertThat(json.getAsJsonArray("stepArray")).isNotEmpty();
    assertThat(json.getAsJsonObject("cause").get("message").getAsString())
        .isEqualTo("the \"cause\"");
  }

  @Test
  void namesTheTraceItIsPartOf() {
    encoder.setFormat("json");
    String traceParent = "00-" + TRACE + "-b7ad6b7169203331-01";

    String line;
    try (Scope scope = TraceParent.toContext(traceParent).makeCurrent()) {
      line = encode(event("stored", null));
    }

    assertThat(JsonParser.parseString(line).getAsJsonObject().get("trace_id").getAsString())
        .isEqualTo(TRACE);
  }

  @Test
  void writesTextForPeople() {
    encoder.setFormat("text");
    LoggingEvent event = event("stored", new IllegalStateException("on purpose"));
    event.addKeyValuePair(new KeyValuePair("count", 3));

    assertThat(encode(event))
        .contains("WARN Sender: stored count=3\n")
        .contains("IllegalStateException: on purpose");
  }

  private String encode(LoggingEvent event) {
    encoder.setContext(new LoggerContext());
    encoder.start();
    return new String(encoder.encode(event), UTF_8);
  }

  private static LoggingEvent event(String message, @Nullable Throwable e) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    return new LoggingEvent(
        LineEncoderTest.class.getName(),
        context.getLogger("dev.carillon.message.Sender"),
        Level.WARN,
        message,
        e,
        null);
  }
}
