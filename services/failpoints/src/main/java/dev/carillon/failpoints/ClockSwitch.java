package dev.carillon.failpoints;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import dev.carillon.runtime.admin.AdminAnswer;
import dev.carillon.runtime.admin.AdminPage;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the wall clock of an instance jump by HTTP. The body of a POST is the milliseconds by
/// which it is to be ahead of the machine's, negative for behind; every answer repeats it.
final class ClockSwitch implements AdminPage {
  private static final Logger LOG = LoggerFactory.getLogger(ClockSwitch.class);
  private static final int MAX_BODY = 32;
  private static final long MAX_MILLIS = Duration.ofDays(400).toMillis();

  private final ShiftableClock clock;

  ClockSwitch(ShiftableClock clock) {
    this.clock = clock;
  }

  @Override
  public AdminAnswer answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/clock")) {
      return AdminAnswer.text(404, "not found\n");
    }
    return switch (exchange.getRequestMethod()) {
      case "GET" -> standing();
      case "POST" -> shift(exchange);
      default -> AdminAnswer.text(405, "method not allowed (expected: GET or POST)\n");
    };
  }

  private AdminAnswer shift(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY), UTF_8).strip();
    boolean number = body.matches("[+-]?\\d{1,12}");
    if (!number || Math.abs(Long.parseLong(body)) > MAX_MILLIS) {
      return AdminAnswer.text(
          400,
          "offset: " + body + " (expected: milliseconds, at most " + MAX_MILLIS + " either way)\n");
    }
    clock.shift(Duration.ofMillis(Long.parseLong(body)));
    LOG.atWarn().addKeyValue("offset_ms", body).log("CLOCK SHIFTED");
    return standing();
  }

  private AdminAnswer standing() {
    JsonObject answer = new JsonObject();
    answer.addProperty("offset_ms", clock.offset().toMillis());
    return AdminAnswer.json(200, answer);
  }
}
