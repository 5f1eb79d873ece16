package dev.carillon.message.conversation;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How long changes have stood in one writer's queue: what tells overload from a burst.
///
/// A queue that empties with every batch may hold much for a moment, but the newest change of a
/// batch has hardly waited. So the shortest wait of an interval is what stands for good, and it is
/// above zero only while more comes than goes. (The signal of CoDel, RFC 8289, and of WeChat's
/// DAGOR.)
///
/// [#taken] and [#empty] are called by the writer's thread, [#standing] by any.
final class QueueWait {
  static final Duration INTERVAL = Duration.ofMillis(100);

  private final LongSupplier nanos;
  private long shortest = Long.MAX_VALUE;
  private long intervalEnd;
  private volatile long standing;

  /// @param nanos a monotonic clock in nanoseconds
  QueueWait(LongSupplier nanos) {
    this.nanos = nanos;
    this.intervalEnd = nanos.getAsLong() + INTERVAL.toNanos();
  }

  /// A batch begins, and its newest change was accepted at this time.
  void taken(long acceptedNanos) {
    long now = nanos.getAsLong();
    shortest = Math.min(shortest, now - acceptedNanos);
    if (now - intervalEnd >= 0) {
      standing = Math.max(0, shortest);
      shortest = Long.MAX_VALUE;
      intervalEnd = now + INTERVAL.toNanos();
    }
  }

  /// Nothing waits any more.
  void empty() {
    shortest = 0;
    standing = 0;
  }

  /// The shortest wait of the last whole interval, in nanoseconds; 0 while the queue keeps up.
  long standing() {
    return standing;
  }
}
