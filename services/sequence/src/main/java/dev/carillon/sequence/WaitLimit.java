package dev.carillon.sequence;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts the requests that wait for the store and lets in no more than a limit. Thread-safe.
final class WaitLimit {
  private final int limit;
  private final AtomicInteger inside = new AtomicInteger();

  WaitLimit(int limit) {
    this.limit = limit;
  }

  /// False when it is full.
  boolean enter() {
    if (inside.incrementAndGet() > limit) {
      inside.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    inside.decrementAndGet();
  }

  int size() {
    return inside.get();
  }
}
