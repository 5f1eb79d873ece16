package dev.carillon.runtime.logging;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.Console;
import java.util.Optional;

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
}
