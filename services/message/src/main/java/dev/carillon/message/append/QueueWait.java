package dev.carillon.message.append;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How long changes wait in one writer's queue although batches run: the difference between
/// overload and a burst.
///
/// A batch takes what arrived while the one before was written, and that wait does not count. What
/// counts is the time from the arrival of a change to the start of a batch that does not take it.
/// The measure of an interval is the shortest such wait, that of the newest change of each batch:
/// it is above zero only while more changes arrive than are written. (The signal of CoDel, RFC
/// 8289, and of WeChat's DAGOR.)
///
/// [#taken] and [#empty] are called by the writer's thread, [#standing] by any.
final class QueueWait {
  static final Duration INTERVAL = Duration.ofMillis(100);

  private static final long NOTHING_YET = -1;

  private final LongSupplier nanos;
  private long shortest = NOTHING_YET;
  private long intervalEnd;
  private long batchBefore;
  private volatile long standing;

  /// @param nanos a monotonic clock in nanoseconds
  QueueWait(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// A batch begins, and its newest change was accepted at this time.
  void taken(long acceptedNanos) {
    long now = nanos.getAsLong();
    boolean first = shortest == NOTHING_YET;
    long wait = first ? 0 : Math.max(0, batchBefore - acceptedNanos);
    batchBefore = now;
    if (first || now - intervalEnd >= 0) {
      // An interval has a batch at both of its ends, so that one slow commit alone is no overload.
      standing = first ? 0 : Math.min(shortest, wait);
      shortest = wait;
      intervalEnd = now + INTERVAL.toNanos();
    } else {
      shortest = Math.min(shortest, wait);
    }
  }

  /// Nothing waits any more.
  void empty() {
    shortest = NOTHING_YET;
    standing = 0;
  }

  /// The shortest wait of the last whole interval, in nanoseconds; 0 while the queue keeps up.
  long standing() {
    return standing;
  }
}
