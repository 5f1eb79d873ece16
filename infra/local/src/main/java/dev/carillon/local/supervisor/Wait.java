package dev.carillon.local.supervisor;

import dev.carillon.runtime.lifecycle.Retry;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// How a tool lets time pass, and waits for what nobody reports: processes, files, other machines.
///
/// An interrupt ends a wait early and stays set.
public final class Wait {
  private Wait() {}

  /// Lets `time` pass.
  public static void pause(Duration time) {
    try {
      Retry.pause(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Lets `nanos` nanoseconds pass; returns at once when that is not positive.
  public static void nanos(long nanos) {
    pause(Duration.ofNanos(nanos));
  }

  /// Looks every `interval` until `condition` holds, and gives up after `limit` or an interrupt.
  ///
  /// @return whether it holds
  public static boolean until(BooleanSupplier condition, Duration interval, Duration limit) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > limit.toNanos() || Thread.currentThread().isInterrupted()) {
        return false;
      }
      pause(interval);
    }
    return true;
  }
}
