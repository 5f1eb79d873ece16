package dev.carillon.failpoints;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import dev.carillon.runtime.admin.AdminPage;
import java.io.IOException;
import java.util.Arrays;

/// Switches fail-points by HTTP. The body of a POST names those to switch on, separated by commas
/// or line ends, as [SwitchedFailPoints#arm] takes them; every answer lists the state of all of
/// them.
final class FailPointSwitch implements AdminPage {
  private static final int MAX_BODY = 16 << 10;

  private final SwitchedFailPoints points;

  FailPointSwitch(SwitchedFailPoints points) {
    this.points = points;
  }

  @Override
  public Answer answer(HttpExchange exchange) throws IOException {
    return switch (exchange.getRequestMethod()) {
      case "GET" -> standings();
      case "POST" -> arm(exchange);
      case "DELETE" -> {
        points.disarm();
        yield standings();
      }
      default -> Answer.notAllowed("GET, POST or DELETE");
    };
  }

  private Answer arm(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY), UTF_8);
    try {
      points.arm(
          Arrays.stream(body.split("[,\\n]"))
              .map(String::strip)
              .filter(text -> !text.isEmpty())
              .toList());
      return standings();
    } catch (IllegalArgumentException e) {
      return Answer.text(400, e.getMessage() + "\n");
    }
  }

  private Answer standings() {
    JsonArray all = new JsonArray();
    for (SwitchedFailPoints.Standing standing : points.standings()) {
      JsonObject json = new JsonObject();
      json.addProperty("point", standing.point().title());
      json.addProperty("armed", standing.arming());
      json.addProperty("passed", standing.passed());
      all.add(json);
    }
    JsonObject answer = new JsonObject();
    answer.add("fail_points", all);
    return Answer.json(200, answer);
  }
}
