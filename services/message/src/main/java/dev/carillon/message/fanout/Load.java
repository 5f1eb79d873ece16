package dev.carillon.message.fanout;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How much fan-out holds in memory, within its limits.
final class Load {
  private final long maxBytes;
  private final int maxLanes;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger lanes = new AtomicInteger();

  Load(long maxBytes, int maxLanes) {
    this.maxBytes = maxBytes;
    this.maxLanes = maxLanes;
  }

  /// Takes room for so many bytes, or leaves everything as it is and says false.
  boolean take(long cost) {
    if (bytes.addAndGet(cost) <= maxBytes) {
      return true;
    }
    bytes.addAndGet(-cost);
    return false;
  }

  /// Gives room back.
  void give(long cost) {
    bytes.addAndGet(-cost);
  }

  /// Takes room for a lane, or says false.
  boolean takeLane() {
    if (lanes.incrementAndGet() <= maxLanes) {
      return true;
    }
    lanes.decrementAndGet();
    return false;
  }

  /// Gives the room of lanes back.
  void giveLanes(int count) {
    lanes.addAndGet(-count);
  }

  long bytes() {
    return bytes.get();
  }

  int lanes() {
    return lanes.get();
  }
}
