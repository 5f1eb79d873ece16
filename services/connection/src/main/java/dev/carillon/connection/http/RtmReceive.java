package dev.carillon.connection.http;

import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpExchange;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/rtm.receive`: the messages after a position, at once or as soon as there are some.
final class RtmReceive {
  private static final Set<String> PARAMETERS =
      Set.of("sourceID", "targetID", "groupID", "lastPos", "wait", "limit");
  private static final int MAX_WAIT_SECONDS = 60;
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;

  private final SessionContext context;

  RtmReceive(SessionContext context) {
    this.context = context;
  }

  void handle(HttpExchange exchange, String userId) {
    for (String name : exchange.parameterNames()) {
      if (!PARAMETERS.contains(name)) {
        throw RequestException.unknown(name, PARAMETERS);
      }
    }
    RtmTarget target =
        RtmTarget.of(
            userId,
            parameter(exchange, "sourceID"),
            parameter(exchange, "targetID"),
            parameter(exchange, "groupID"));
    String lastPos = parameter(exchange, "lastPos");
    ReceivePosition position =
        lastPos == null || lastPos.isEmpty()
            ? ReceivePosition.start()
            : ReceivePosition.decode(userId, lastPos);
    int limit = number(exchange, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    Duration wait = Duration.ofSeconds(number(exchange, "wait", 0, 0, MAX_WAIT_SECONDS));
    Reader reader =
        target == null
            ? new MailboxReader(context.messages(), userId, limit)
            : Reader.of(context.messages(), userId, target, limit);
    new Poll(exchange, userId, reader, context).start(position, wait);
  }

  private static int number(HttpExchange exchange, String name, int otherwise, int min, int max) {
    String text = parameter(exchange, name);
    if (text == null) {
      return otherwise;
    }
    int value;
    try {
      value = Integer.parseInt(text);
    } catch (NumberFormatException noNumber) {
      value = min - 1;
    }
    if (value < min || value > max) {
      throw new RequestException(name + ": " + text + " (expected: " + min + " to " + max + ")");
    }
    return value;
  }

  private static @Nullable String parameter(HttpExchange exchange, String name) {
    List<String> values = exchange.parameters(name);
    if (values.size() > 1) {
      throw new RequestException(name + ": given " + values.size() + " times (expected: once)");
    }
    return values.isEmpty() ? null : values.getFirst();
  }
}
