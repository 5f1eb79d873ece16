package dev.carillon.connection.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;

/// The deliveries that one device has not acknowledged yet, oldest first. Belongs to its session's
/// event loop.
final class DeliveryWindow implements Iterable<EncodedMessage> {
  private static final int INITIAL = 8;

  private final ArrayDeque<EncodedMessage> deliveries = new ArrayDeque<>(INITIAL);
  private long bytes;
  private int tries = 1;
  private long progressAt;

  /// How many deliveries wait for their acknowledgement.
  int count() {
    return deliveries.size();
  }

  /// Whether a delivery of `size` bytes would break the limits; the first one never does.
  boolean isFull(int size, int maxCount, long maxBytes) {
    return count() > 0 && (count() >= maxCount || bytes + size > maxBytes);
  }

  /// Adds a delivery made at `now`.
  void add(EncodedMessage message, long now) {
    if (deliveries.isEmpty()) {
      progressed(now);
    }
    deliveries.add(message);
    bytes += message.size();
  }

  /// Removes the oldest `acknowledged` deliveries, at most [#count]; calls `traced` with those of
  /// them that are traced.
  void acknowledge(long acknowledged, long now, Consumer<EncodedMessage> traced) {
    for (long i = 0; i < acknowledged; i++) {
      EncodedMessage message = deliveries.remove();
      bytes -= message.size();
      if (!message.traceParent().isEmpty()) {
        traced.accept(message);
      }
    }
    progressed(now);
  }

  /// Since when the device has made no progress, in the wheel's nanoseconds.
  long progressAt() {
    return progressAt;
  }

  /// Notes that the deliveries are sent once more at `now`; returns how often they will have been.
  int again(long now) {
    progressAt = now;
    return ++tries;
  }

  @Override
  public Iterator<EncodedMessage> iterator() {
    return deliveries.iterator();
  }

  private void progressed(long now) {
    progressAt = now;
    tries = 1;
  }
}
