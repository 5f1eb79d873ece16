package dev.carillon.connection.session;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands batches of messages to the sessions of their recipients.
///
/// A message is encoded once; every event loop gets one task per batch, however many recipients it
/// holds, and delivers in the order of the batch. A recipient on the calling loop costs no
/// hand-off. Thread-safe; never blocks.
public final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  private final Sessions sessions;
  private final ConnectionMetrics metrics;

  /// The newest epoch seen of every slot: deliveries of a former owner are rejected.
  private final AtomicLongArray epochs = new AtomicLongArray(Slots.COUNT);

  /// Deliveries to the sessions of a gateway.
  public Deliveries(SessionContext context) {
    this.sessions = context.sessions();
    this.metrics = context.metrics();
  }

  /// Hands a batch over; `answer` takes the response once the sessions have it, on any thread.
  /// Batches handed over by one thread reach every session in that order.
  public void hand(DeliverRequest request, Consumer<DeliverResponse> answer) {
    new Batch(answer).hand(request);
  }

  /// The work on one batch.
  private final class Batch {
    private final Consumer<DeliverResponse> answer;
    private final DeliverResponse.Builder response = DeliverResponse.newBuilder();
    private final Set<String> absent = new LinkedHashSet<>();
    private final Map<SessionLoop, LoopBatch> byLoop = new HashMap<>();

    /// One for every loop with work, and one for the caller.
    private final AtomicInteger unfinished = new AtomicInteger(1);

    private int recipients;

    Batch(Consumer<DeliverResponse> answer) {
      this.answer = answer;
    }

    void hand(DeliverRequest request) {
      response.setBatchId(request.getBatchId());
      for (Delivery delivery : request.getDeliveriesList()) {
        if (isCurrent(delivery)) {
          address(delivery);
        }
      }
      response.addAllAbsentUserIds(absent);
      metrics.batch.record(recipients);
      byLoop.forEach((loop, batch) -> {
        if (!loop.eventLoop().inEventLoop()) {
          loop.queue(batch::step);
        }
      });
      // The calling loop delivers inline, so it comes last: the others run meanwhile.
      byLoop.forEach((loop, batch) -> {
        if (loop.eventLoop().inEventLoop()) {
          loop.queue(batch::step);
        }
      });
      finished();
    }

    private boolean isCurrent(Delivery delivery) {
      int slot = delivery.getSlot();
      if (slot < 0 || slot >= Slots.COUNT) {
        response.setRefusal(
            ConnectionError.REQUEST_INVALID.refusal("slot: " + slot + " (expected: 0 to 1023)"));
        return false;
      }
      long newest = epochs.accumulateAndGet(slot, delivery.getEpoch(), Math::max);
      if (newest == delivery.getEpoch()) {
        return true;
      }
      metrics.stale.increment();
      response.setRefusal(
          ConnectionError.STALE_EPOCH.refusal(
              "epoch of slot %d: %d (expected: %d or later)"
                  .formatted(slot, delivery.getEpoch(), newest)));
      return false;
    }

    private void address(Delivery delivery) {
      EncodedMessage message = null;
      for (String user : delivery.getUserIdsList()) {
        Recipient[] present = sessions.of(user);
        if (present.length == 0) {
          absent.add(user);
          continue;
        }
        if (message == null) {
          message = encode(delivery);
        }
        for (Recipient recipient : present) {
          byLoop.computeIfAbsent(recipient.loop(), loop -> newBatch()).add(message, recipient);
        }
        recipients += present.length;
      }
    }

    private EncodedMessage encode(Delivery delivery) {
      Span span = metrics.span("connection.deliver", delivery.getTraceparent());
      EncodedMessage message = EncodedMessage.of(delivery.getMessage(), TraceParent.of(span));
      span.end();
      return message;
    }

    private LoopBatch newBatch() {
      unfinished.incrementAndGet();
      return new LoopBatch(this::finished);
    }

    private void finished() {
      if (unfinished.decrementAndGet() == 0) {
        answer.accept(response.build());
      }
    }
  }

  /// The part of a batch of deliveries that is for the recipients of one event loop, in order.
  ///
  /// A recipient that fails is ended; it holds up neither the other recipients nor the batch.
  static final class LoopBatch {
    private final List<EncodedMessage> messages = new ArrayList<>();
    private final List<Recipient> recipients = new ArrayList<>();
    private final Runnable done;
    private int next;

    /// `done` runs on the loop after the last delivery.
    LoopBatch(Runnable done) {
      this.done = done;
    }

    void add(EncodedMessage message, Recipient recipient) {
      messages.add(message);
      recipients.add(recipient);
    }

    /// Makes at most `size` deliveries more; returns whether all are made.
    boolean step(int size) {
      int end = Math.min(recipients.size(), next + size);
      while (next < end) {
        int current = next++;
        deliver(recipients.get(current), messages.get(current));
      }
      boolean all = next == recipients.size();
      if (all) {
        done.run();
      }
      return all;
    }

    private static void deliver(Recipient recipient, EncodedMessage message) {
      try {
        recipient.deliver(message);
      } catch (RuntimeException | Error bug) {
        LOG.error("delivering to session {} failed; it ends", recipient.device().sessionId(), bug);
        end(recipient);
      }
    }

    private static void end(Recipient recipient) {
      try {
        recipient.end(ConnectionError.UNEXPECTED.refusal("internal error"));
      } catch (RuntimeException | Error bug) {
        LOG.error("session {} did not end as it should", recipient.device().sessionId(), bug);
      }
    }
  }
}
