package dev.carillon.connection.session;

import dev.carillon.connection.refusal.ConnectionError;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of a batch of deliveries that is for the recipients of one event loop, in order.
///
/// A recipient that fails is ended; it holds up neither the other recipients nor the batch.
final class DeliveryBatch implements SessionLoop.Work {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryBatch.class);

  private final List<EncodedMessage> messages = new ArrayList<>();
  private final List<Recipient> recipients = new ArrayList<>();
  private final Runnable done;
  private int next;

  /// `done` runs on the loop after the last delivery.
  DeliveryBatch(Runnable done) {
    this.done = done;
  }

  void add(EncodedMessage message, Recipient recipient) {
    messages.add(message);
    recipients.add(recipient);
  }

  @Override
  public boolean step(int size) {
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
    } catch (RuntimeException bug) {
      LOG.error("delivering to session {} failed; it ends", recipient.sessionId(), bug);
      end(recipient);
    }
  }

  private static void end(Recipient recipient) {
    try {
      recipient.end(ConnectionError.UNEXPECTED.refusal("internal error"));
    } catch (RuntimeException bug) {
      LOG.error("session {} did not end as it should", recipient.sessionId(), bug);
    }
  }
}
