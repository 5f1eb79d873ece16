package dev.carillon.connection.session;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.api.trace.Span;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hands batches of messages to the sessions of their recipients.
///
/// A message is encoded once; every event loop gets one task per batch, however many recipients it
/// holds, and delivers in the order of the batch. A recipient on the calling loop costs no
/// hand-off. Thread-safe; never blocks.
public final class Deliveries {
  private final Sessions sessions;
  private final SessionLoops loops;
  private final ConnectionMetrics metrics;
  private final SlotEpochs epochs = new SlotEpochs();

  /// Deliveries to these sessions.
  public Deliveries(Sessions sessions, SessionLoops loops, ConnectionMetrics metrics) {
    this.sessions = sessions;
    this.loops = loops;
    this.metrics = metrics;
  }

  /// Hands a batch over; `answer` takes the response once the sessions have it, on any thread.
  /// Batches handed over by one thread reach every session in that order.
  public void hand(DeliverRequest request, Consumer<DeliverResponse> answer) {
    new Batch(request, answer).hand();
  }

  /// The work on one batch.
  private final class Batch {
    private final DeliverRequest request;
    private final Consumer<DeliverResponse> answer;
    private final DeliverResponse.Builder response = DeliverResponse.newBuilder();
    private final Set<String> absent = new LinkedHashSet<>();
    private final @Nullable DeliveryBatch[] byLoop = new @Nullable DeliveryBatch[loops.size()];

    /// One for every loop with work, and one for the caller.
    private final AtomicInteger unfinished = new AtomicInteger(1);

    private int recipients;

    Batch(DeliverRequest request, Consumer<DeliverResponse> answer) {
      this.request = request;
      this.answer = answer;
      response.setBatchId(request.getBatchId());
    }

    void hand() {
      for (Delivery delivery : request.getDeliveriesList()) {
        if (isCurrent(delivery)) {
          address(delivery);
        }
      }
      response.addAllAbsentUserIds(absent);
      metrics.batch(recipients);
      SessionLoop own = null;
      for (int i = 0; i < byLoop.length; i++) {
        SessionLoop loop = loops.get(i);
        if (loop.isCurrent()) {
          own = loop;
        } else {
          queue(loop);
        }
      }
      // The calling loop delivers inline, so it comes last: the others run meanwhile.
      if (own != null) {
        queue(own);
      }
      finished();
    }

    private void queue(SessionLoop loop) {
      DeliveryBatch batch = byLoop[loop.index()];
      if (batch != null) {
        loop.queue(batch);
      }
    }

    private boolean isCurrent(Delivery delivery) {
      int slot = delivery.getSlot();
      if (slot < 0 || slot >= Slots.COUNT) {
        response.setRefusal(
            ConnectionError.REQUEST_INVALID.refusal("slot: " + slot + " (expected: 0 to 1023)"));
        return false;
      }
      if (epochs.admits(slot, delivery.getEpoch())) {
        return true;
      }
      metrics.stale();
      response.setRefusal(
          ConnectionError.STALE_EPOCH.refusal(
              "epoch of slot "
                  + slot
                  + ": "
                  + delivery.getEpoch()
                  + " (expected: "
                  + epochs.newest(slot)
                  + " or later)"));
      return false;
    }

    private void address(Delivery delivery) {
      EncodedMessage message = null;
      for (int i = 0; i < delivery.getUserIdsCount(); i++) {
        String user = delivery.getUserIds(i);
        Recipient[] present = sessions.of(user);
        if (present.length == 0) {
          absent.add(user);
        } else if (message == null) {
          message = encode(delivery);
        }
        for (Recipient recipient : present) {
          if (message != null) {
            batch(recipient.loop()).add(message, recipient);
            recipients++;
          }
        }
      }
    }

    private EncodedMessage encode(Delivery delivery) {
      Span span = metrics.span("connection.deliver", delivery.getTraceparent());
      EncodedMessage message = EncodedMessage.of(delivery.getMessage(), TraceParent.of(span));
      span.end();
      return message;
    }

    private DeliveryBatch batch(SessionLoop loop) {
      DeliveryBatch batch = byLoop[loop.index()];
      if (batch == null) {
        batch = new DeliveryBatch(this::finished);
        byLoop[loop.index()] = batch;
        unfinished.incrementAndGet();
      }
      return batch;
    }

    private void finished() {
      if (unfinished.decrementAndGet() == 0) {
        answer.accept(response.build());
      }
    }
  }
}
