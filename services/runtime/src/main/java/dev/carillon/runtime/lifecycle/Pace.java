package dev.carillon.runtime.lifecycle;

import java.time.Duration;

/// Keeps the rounds of a loop apart, so that what comes thick and fast is done in few of them.
///
/// A round costs wake-ups, statements and a commit however little is in it. A loop that has done
/// all there was rests for what is left of the interval since the round began; meanwhile work
/// gathers. Where rounds may grow and take long, because the machine has little time left, it rests
/// twice as long as the round took: rounds grow fewer and larger by themselves, which gives time
/// back. One long round among short ones does not count, for it was held up, by a disk or by the
/// scheduler, and what gathered meanwhile should not wait on. Work that comes later than that after
/// the round before is begun at once: who comes alone waits for nobody. Belongs to one thread.
public final class Pace {
  /// One part in so many of the time is spent on rounds, while all there is is done in each.
  private static final int SHARE = 3;

  /// No round is kept waiting longer because the one before took long: it may have waited itself.
  private static final Duration LONGEST = Duration.ofMillis(30);

  private static final Duration TOGETHER = Duration.ofMillis(1);

  private final long interval;
  private final long longest;
  private long begun;
  private long before = Long.MAX_VALUE;

  /// Rounds that do not grow.
  ///
  /// @param interval from the beginning of one round to that of the next, at least; zero for none
  public Pace(Duration interval) {
    this(interval, interval);
  }

  private Pace(Duration interval, Duration longest) {
    this.interval = interval.toNanos();
    this.longest = longest.toNanos();
    this.begun = System.nanoTime() - this.interval;
  }

  /// Rounds that grow where they take long.
  ///
  /// @param interval from the beginning of one round to that of the next, at least; zero for none
  public static Pace growing(Duration interval) {
    boolean grows = interval.isPositive() && interval.compareTo(LONGEST) < 0;
    return new Pace(interval, grows ? LONGEST : interval);
  }

  /// A round begins.
  public void begin() {
    begun = System.nanoTime();
  }

  /// How long to rest after a round that took `worked`; not positive when the next may begin.
  Duration left(Duration worked) {
    long usual = Math.min(before, worked.toNanos());
    before = worked.toNanos();
    return Duration.ofNanos(Math.clamp(SHARE * usual, interval, longest)).minus(worked);
  }

  /// Rests as the round demands that is over now.
  public void rest() throws InterruptedException {
    Retry.pause(left(Duration.ofNanos(System.nanoTime() - begun)));
  }

  /// Waits a moment for what was put down together with what has just been found.
  public static void gather() throws InterruptedException {
    Retry.pause(TOGETHER);
  }
}
