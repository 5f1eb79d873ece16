package dev.carillon.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Calls that are made when they are due, whatever became of those before, and how long each took
/// from then.
public final class DueCalls {
  private static final long PATIENCE_SECONDS = 60;
  private static final long NEVER = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);

  private final Pacer pacer;
  private final CountDownLatch open;
  private final Latencies times = new Latencies();
  private long refused;
  private long broken;

  private DueCalls(Pacer pacer) {
    this.pacer = pacer;
    this.open = new CountDownLatch(pacer.size());
  }

  /// Goes through a schedule; returns when all is answered, or was not for a minute.
  ///
  /// @param calls which must not block
  /// @param leadIn the first part of the schedule, which is not measured
  /// @param groups the processes whose CPU counts
  public static Calls.Result run(
      Calls calls, Schedule schedule, Duration leadIn, Map<String, List<Long>> groups)
      throws InterruptedException {
    DueCalls due = new DueCalls(new Pacer(schedule, leadIn));
    return due.result(
        due.pacer.run(
            groups,
            number -> calls.call(number, (verdict, amount) -> due.came(number, verdict)),
            () -> due.open.await(PATIENCE_SECONDS, TimeUnit.SECONDS)));
  }

  private void came(int number, Calls.Verdict verdict) {
    long time = System.nanoTime() - pacer.due(number);
    synchronized (this) {
      refused += verdict == Calls.Verdict.REFUSED ? 1 : 0;
      broken += verdict == Calls.Verdict.BROKEN ? 1 : 0;
      if (number >= pacer.measuredFrom() && verdict != Calls.Verdict.REFUSED) {
        times.record(time);
      }
    }
    open.countDown();
  }

  private synchronized Calls.Result result(Pacer.Pace pace) {
    long unanswered = open.getCount();
    long answered = times.percentiles().count();
    long measured = Math.min(unanswered, pacer.size() - pacer.measuredFrom());
    for (long i = 0; i < measured; i++) {
      times.record(NEVER);
    }
    return new Calls.Result(pace, times.percentiles(), answered, refused, broken, unanswered);
  }
}
