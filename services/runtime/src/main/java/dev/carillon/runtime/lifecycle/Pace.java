package dev.carillon.runtime.lifecycle;

import java.time.Duration;

/// Keeps the rounds of a loop apart, so that what comes thick and fast is done in few of them.
///
/// A round costs wake-ups, statements and a commit however little is in it. A loop that has done
/// all there was rests for what is left of the interval since the round began; meanwhile work
/// gathers. Work that comes later than that after the round before is begun at once: who comes
/// alone waits for nobody. Belongs to one thread.
public final class Pace {
  private final long interval;
  private long begun;

  /// @param interval from the beginning of one round to that of the next, at least; zero for none
  public Pace(Duration interval) {
    this.interval = interval.toNanos();
    this.begun = System.nanoTime() - this.interval;
  }

  /// A round begins.
  public void begin() {
    begun = System.nanoTime();
  }

  /// What is left of the interval of the last round; not positive when it is over.
  Duration left() {
    return Duration.ofNanos(interval - (System.nanoTime() - begun));
  }

  /// Waits until the interval of the last round is over.
  public void rest() throws InterruptedException {
    Retry.pause(left());
  }
}
