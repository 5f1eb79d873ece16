package dev.carillon.connection.session;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one batch of deliveries means to the recipients of one event loop, in order.
///
/// A recipient that fails is ended and left behind; it holds up neither the others nor the batch.
final class DeliveryBatch {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryBatch.class);

  private final List<EncodedMessage> messages = new ArrayList<>();
  private final List<Recipient> recipients = new ArrayList<>();
  private final Runnable done;
  private int next;

  /// `done` runs on the loop when everything has been handed out.
  DeliveryBatch(Runnable done) {
    this.done = done;
  }

  void add(EncodedMessage message, Recipient recipient) {
    messages.add(message);
    recipients.add(recipient);
  }

  /// Hands out at most `step` more; returns whether that was all.
  boolean handOut(int step) {
    int end = Math.min(recipients.size(), next + step);
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
    } catch (RuntimeException bug) {
      LOG.error("delivering to session {} failed; it ends", recipient.sessionId(), bug);
      end(recipient);
    }
  }

  private static void end(Recipient recipient) {
    try {
      recipient.end(Refusals.of(ConnectionError.UNEXPECTED, "internal error"));
    } catch (RuntimeException bug) {
      LOG.error("session {} did not end as it should", recipient.sessionId(), bug);
    }
  }
}
