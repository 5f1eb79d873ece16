package dev.carillon.connection.session;

import java.util.ArrayList;
import java.util.List;

/// What one batch of deliveries means to the recipients of one event loop, in order.
final class DeliveryBatch {
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
    for (; next < end; next++) {
      recipients.get(next).deliver(messages.get(next));
    }
    boolean all = next == recipients.size();
    if (all) {
      done.run();
    }
    return all;
  }
}
