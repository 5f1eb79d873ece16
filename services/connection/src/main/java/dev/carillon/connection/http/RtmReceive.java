package dev.carillon.connection.http;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.session.DeliverySubscription;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpExchange;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/rtm.receive`: the messages after a position, at once or as soon as there are some.
final class RtmReceive {
  private static final Set<String> PARAMETERS =
      Set.of("sourceID", "targetID", "groupID", "lastPos", "wait", "limit");
  private static final int MAX_WAIT_SECONDS = 60;
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;
  private static final Duration READ_AGAIN = Duration.ofSeconds(2);
  private static final Duration AFTER_DELIVERY = Duration.ofMillis(50);

  private final SessionContext context;

  RtmReceive(SessionContext context) {
    this.context = context;
  }

  void handle(HttpExchange exchange, String userId) {
    for (String name : exchange.parameters().keySet()) {
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
    new Poll(exchange, userId, reader, position).start(wait);
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
    List<String> values = exchange.parameters().getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new RequestException(name + ": given " + values.size() + " times (expected: once)");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /// One request to receive: reads, and while there is nothing and time is left, waits for a
  /// delivery and reads again.
  ///
  /// A delivery only wakes it; the answer is always read. The mailbox shows a message a moment
  /// after its delivery, so another read follows soon after a delivery, and one every few seconds
  /// in case a delivery was missed. Belongs to the connection's event loop, which also keeps the
  /// time.
  private final class Poll {
    private final HttpExchange exchange;
    private final String userId;
    private final Reader reader;
    private ReceivePosition position;
    private @Nullable DeliverySubscription subscription;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> nextRead;
    private Runnable forgetConnection = () -> {};
    private boolean reading;
    private boolean readAgain;
    private boolean timeOver;
    private boolean ended;

    Poll(HttpExchange exchange, String userId, Reader reader, ReceivePosition from) {
      this.exchange = exchange;
      this.userId = userId;
      this.reader = reader;
      this.position = from;
    }

    void start(Duration wait) {
      timeOver = wait.isZero();
      if (!timeOver) {
        deadline = exchange.eventLoop().schedule(this::expire, wait.toNanos(), NANOSECONDS);
      }
      forgetConnection = exchange.onClosed(this::end);
      read();
    }

    private void expire() {
      timeOver = true;
      read();
    }

    private void read() {
      if (reading || ended) {
        readAgain = true;
        return;
      }
      reading = true;
      reader.read(
          position,
          Answer.of(
              batch -> exchange.execute(() -> take(batch)),
              refusal -> exchange.execute(() -> refuse(refusal))));
    }

    private void refuse(Refusal refusal) {
      if (!ended) {
        end();
        RtmAnswers.refuse(exchange, refusal);
      }
    }

    private void take(Reader.Batch batch) {
      reading = false;
      position = batch.position();
      if (ended) {
        return;
      }
      if (!batch.messages().isEmpty() || timeOver) {
        end();
        respond(batch);
      } else if (subscription == null) {
        subscription =
            DeliverySubscription.open(
                context, exchange.eventLoop(), userId, () -> readIn(AFTER_DELIVERY));
        read();
      } else if (readAgain) {
        readAgain = false;
        read();
      } else {
        readIn(READ_AGAIN);
      }
    }

    /// An earlier read stays: deliveries that keep coming would put it off again and again, and the
    /// read that follows a delivery must not be lost to the next regular one.
    private void readIn(Duration delay) {
      ScheduledFuture<?> next = nextRead;
      if (next != null && !next.isDone() && next.getDelay(NANOSECONDS) <= delay.toNanos()) {
        return;
      }
      cancel(next);
      nextRead = exchange.eventLoop().schedule(this::read, delay.toNanos(), NANOSECONDS);
    }

    private void end() {
      ended = true;
      cancel(deadline);
      cancel(nextRead);
      forgetConnection.run();
      if (subscription != null) {
        subscription.close();
        subscription = null;
      }
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
      if (timer != null) {
        timer.cancel(false);
      }
    }

    private void respond(Reader.Batch batch) {
      JsonArray messages = new JsonArray();
      batch.messages().forEach(message -> messages.add(RtmAnswers.json(message)));
      JsonObject answer = new JsonObject();
      answer.add("messages", messages);
      answer.addProperty("lastPos", batch.position().encode(userId));
      answer.addProperty("hasMore", batch.hasMore());
      JsonObject visibleAfter = new JsonObject();
      batch.visibleAfter().forEach((id, seq) -> visibleAfter.addProperty(RtmAnswers.hex(id), seq));
      answer.add("visibleAfterSeq", visibleAfter);
      RtmAnswers.ok(exchange, answer);
    }
  }
}
