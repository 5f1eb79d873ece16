package dev.carillon.failpoints;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import dev.carillon.runtime.admin.AdminPage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The wall clock of this machine, which a test may make jump by HTTP. The body of a POST is the
/// milliseconds by which it is to be ahead of the machine's, negative for behind; every answer
/// repeats it. Thread-safe.
final class ShiftableClock implements InstantSource, AdminPage {
  private static final Logger LOG = LoggerFactory.getLogger(ShiftableClock.class);
  private static final int MAX_BODY = 32;
  private static final long MAX_MILLIS = Duration.ofDays(400).toMillis();

  private final InstantSource machine = InstantSource.system();
  private volatile Duration offset = Duration.ZERO;

  @Override
  public Instant instant() {
    return machine.instant().plus(offset);
  }

  @Override
  public Answer answer(HttpExchange exchange) throws IOException {
    return switch (exchange.getRequestMethod()) {
      case "GET" -> standing();
      case "POST" -> shift(exchange);
      default -> Answer.notAllowed("GET or POST");
    };
  }

  private Answer shift(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY), UTF_8).strip();
    boolean number = body.matches("[+-]?\\d{1,12}");
    if (!number || Math.abs(Long.parseLong(body)) > MAX_MILLIS) {
      return Answer.text(
          400,
          "offset: " + body + " (expected: milliseconds, at most " + MAX_MILLIS + " either way)\n");
    }
    offset = Duration.ofMillis(Long.parseLong(body));
    LOG.atWarn().addKeyValue("offset_ms", body).log("CLOCK SHIFTED");
    return standing();
  }

  private Answer standing() {
    JsonObject answer = new JsonObject();
    answer.addProperty("offset_ms", offset.toMillis());
    return Answer.json(200, answer);
  }
}
