package dev.carillon.runtime.telemetry;

import java.util.concurrent.atomic.LongAdder;

/// A count that only grows; adding to it costs a few nanoseconds on any thread.
public final class Counter {
  private final LongAdder count = new LongAdder();

  Counter() {}

  /// One more.
  public void increment() {
    count.increment();
  }

  /// `amount` more; not negative.
  public void add(long amount) {
    count.add(amount);
  }

  /// What was counted since the start of the process.
  public long value() {
    return count.sum();
  }
}
