package dev.carillon.connection.http;

import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.session.DeliverySubscriptions;
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

  private final MessageClient messages;
  private final DeliverySubscriptions subscriptions;

  RtmReceive(MessageClient messages, DeliverySubscriptions subscriptions) {
    this.messages = messages;
    this.subscriptions = subscriptions;
  }

  void handle(HttpExchange exchange, String userId) {
    for (String name : exchange.parameterNames()) {
      if (!PARAMETERS.contains(name)) {
        throw new RequestException(
            name
                + ": unknown (expected: "
                + String.join(", ", PARAMETERS.stream().sorted().toList())
                + ")");
      }
    }
    String source = parameter(exchange, "sourceID");
    if (source != null && !source.equals(userId)) {
      throw new RequestException("sourceID: " + source + " (expected: " + userId + ", who signed)");
    }
    RtmTarget target =
        RtmTarget.of(userId, parameter(exchange, "targetID"), parameter(exchange, "groupID"));
    String lastPos = parameter(exchange, "lastPos");
    ReceivePosition position =
        lastPos == null || lastPos.isEmpty()
            ? ReceivePosition.start()
            : ReceivePosition.decode(userId, lastPos);
    int limit = number(exchange, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    Duration wait = Duration.ofSeconds(number(exchange, "wait", 0, 0, MAX_WAIT_SECONDS));
    Reader reader =
        target == null
            ? new MailboxReader(messages, userId, limit)
            : new ConversationReader(messages, userId, target, limit);
    new Poll(exchange, userId, reader, subscriptions).start(position, wait);
  }

  private static int number(HttpExchange exchange, String name, int otherwise, int min, int max) {
    String text = parameter(exchange, name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException noNumber) {
      throw new RequestException(name + ": " + text + " (expected: " + min + " to " + max + ")");
    }
    throw new RequestException(name + ": " + text + " (expected: " + min + " to " + max + ")");
  }

  private static @Nullable String parameter(HttpExchange exchange, String name) {
    List<String> values = exchange.parameters(name);
    if (values.size() > 1) {
      throw new RequestException(name + ": given " + values.size() + " times (expected: once)");
    }
    return values.isEmpty() ? null : values.getFirst();
  }
}
