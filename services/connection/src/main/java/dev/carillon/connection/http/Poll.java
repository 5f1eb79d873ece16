package dev.carillon.connection.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.carrier.HttpExchange;
import dev.carillon.connection.session.Watches;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request to receive: reads, and while there is nothing and time is left, waits for a delivery
/// and reads again.
///
/// A delivery only wakes it, what it answers is always read. The mailbox shows a message a moment
/// after its delivery, so one more look follows soon, and one every few seconds in case a delivery
/// was missed. Belongs to the connection's event loop.
final class Poll implements Answer<Reader.Batch> {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
  private static final Duration AFTER_DELIVERY = Duration.ofMillis(50);

  private final HttpExchange exchange;
  private final String userId;
  private final Reader reader;
  private final Watches watches;
  private ReceivePosition position = ReceivePosition.start();
  private long deadlineNanos;
  private Watches.@Nullable Watch watch;
  private @Nullable ScheduledFuture<?> wake;
  private boolean reading;
  private boolean wokenMeanwhile;
  private boolean ended;

  Poll(HttpExchange exchange, String userId, Reader reader, Watches watches) {
    this.exchange = exchange;
    this.userId = userId;
    this.reader = reader;
    this.watches = watches;
  }

  void start(ReceivePosition from, Duration wait) {
    position = from;
    deadlineNanos = System.nanoTime() + wait.toNanos();
    exchange.onClosed(this::end);
    read();
  }

  private void read() {
    if (reading || ended) {
      wokenMeanwhile = true;
      return;
    }
    reading = true;
    reader.read(position, this);
  }

  @Override
  public void answered(Reader.Batch batch) {
    exchange.eventLoop().execute(() -> take(batch));
  }

  @Override
  public void refused(Refusal refusal) {
    exchange
        .eventLoop()
        .execute(() -> {
          if (!ended) {
            end();
            RtmAnswers.refuse(exchange, refusal);
          }
        });
  }

  private void take(Reader.Batch batch) {
    reading = false;
    position = batch.position();
    long left = deadlineNanos - System.nanoTime();
    if (ended) {
      return;
    }
    if (!batch.messages().isEmpty() || left <= 0) {
      end();
      respond(batch);
    } else if (watch == null) {
      watch = watches.watch(userId, exchange.eventLoop(), message -> wakeIn(AFTER_DELIVERY));
      read();
    } else if (wokenMeanwhile) {
      wokenMeanwhile = false;
      read();
    } else {
      wakeIn(Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
    }
  }

  private void wakeIn(Duration delay) {
    ScheduledFuture<?> earlier = wake;
    if (earlier != null) {
      earlier.cancel(false);
    }
    wake = exchange.eventLoop().schedule(this::read, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void end() {
    ended = true;
    ScheduledFuture<?> next = wake;
    if (next != null) {
      next.cancel(false);
    }
    Watches.Watch open = watch;
    if (open != null) {
      watch = null;
      open.close();
    }
  }

  private void respond(Reader.Batch batch) {
    JsonArray messages = new JsonArray();
    batch.messages().forEach(message -> messages.add(RtmAnswers.json(message)));
    JsonObject answer = new JsonObject();
    answer.add("messages", messages);
    answer.addProperty("lastPos", batch.position().encode(userId));
    answer.addProperty("hasMore", batch.hasMore());
    RtmAnswers.ok(exchange, answer);
  }
}
