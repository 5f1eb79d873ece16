package dev.carillon.connection.session;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The deliveries that one device has not acknowledged yet, oldest first.
///
/// Grows as needed up to its limits and holds shared bytes only. Belongs to its session's event
/// loop.
final class DeliveryWindow {
  private static final int INITIAL = 8;

  private @Nullable EncodedMessage[] ring = new @Nullable EncodedMessage[INITIAL];
  private int head;
  private int count;
  private long bytes;
  private int tries = 1;
  private long progressAt;

  /// How many deliveries wait for their acknowledgement.
  int count() {
    return count;
  }

  /// Whether a delivery of `size` bytes would break the limits; the first one never does.
  boolean isFull(int size, int maxCount, long maxBytes) {
    return count > 0 && (count >= maxCount || bytes + size > maxBytes);
  }

  /// Adds a delivery made at `now`.
  void add(EncodedMessage message, long now) {
    if (count == 0) {
      progressed(now);
    }
    if (count == ring.length) {
      grow();
    }
    ring[head + count & ring.length - 1] = message;
    count++;
    bytes += message.size();
  }

  /// Forgets the oldest `acknowledged` deliveries, at most [#count]; `traced` is given those of
  /// them that are traced.
  void acknowledge(long acknowledged, long now, Consumer<EncodedMessage> traced) {
    for (long i = 0; i < acknowledged; i++) {
      EncodedMessage message = ring[head];
      if (message != null) {
        bytes -= message.size();
        if (!message.traceParent().isEmpty()) {
          traced.accept(message);
        }
      }
      ring[head] = null;
      head = head + 1 & ring.length - 1;
      count--;
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

  /// Calls `consumer` with every delivery and its place, from 0, oldest first.
  void forEach(BiConsumer<Integer, EncodedMessage> consumer) {
    for (int i = 0; i < count; i++) {
      EncodedMessage message = ring[head + i & ring.length - 1];
      if (message != null) {
        consumer.accept(i, message);
      }
    }
  }

  private void progressed(long now) {
    progressAt = now;
    tries = 1;
  }

  private void grow() {
    @Nullable EncodedMessage[] larger = new @Nullable EncodedMessage[ring.length * 2];
    for (int i = 0; i < count; i++) {
      larger[i] = ring[head + i & ring.length - 1];
    }
    ring = larger;
    head = 0;
  }
}
