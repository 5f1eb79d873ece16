package dev.carillon.client.transport;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Numbers for the connections of a process, each greater than all before it, so that servers
/// recognise the newer connection of a device.
public final class ConnectionNumbers {
  private static final ConnectionNumbers SHARED = new ConnectionNumbers(InstantSource.system());

  private final InstantSource clock;
  private final AtomicLong last = new AtomicLong();

  ConnectionNumbers(InstantSource clock) {
    this.clock = clock;
  }

  /// The next number of this process.
  public static long next() {
    return SHARED.draw();
  }

  /// The clock in microseconds, so that numbers grow over restarts too; a clock that stands still
  /// or was set back is outrun.
  long draw() {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }
}
