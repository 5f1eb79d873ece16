package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
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

  private final Schedule schedule;
  private final long start;
  private final int measuredFrom;
  private final CountDownLatch open;
  private final Latencies times = new Latencies();
  private long refused;
  private long broken;

  private DueCalls(Schedule schedule, Duration leadIn) {
    this.schedule = schedule;
    this.start = System.nanoTime() + OpenLoop.HEAD_START_NANOS;
    this.measuredFrom = OpenLoop.firstAfter(schedule, leadIn);
    this.open = new CountDownLatch(schedule.size());
  }

  /// Goes through a schedule; returns when all is answered, or was not for a minute.
  ///
  /// @param calls which must not block
  /// @param leadIn the first part of the schedule, which is not measured
  /// @param groups the processes whose CPU counts
  public static CallResult run(
      Calls calls, Schedule schedule, Duration leadIn, Map<String, List<Long>> groups)
      throws InterruptedException {
    return new DueCalls(schedule, leadIn).run(calls, groups);
  }

  private CallResult run(Calls calls, Map<String, List<Long>> groups) throws InterruptedException {
    Pacer pacer = new Pacer();
    OpenLoop.Sending sending =
        OpenLoop.Sending.start(() ->
            pacer.run(
                schedule,
                start,
                measuredFrom,
                number -> calls.call(number, (verdict, amount) -> came(number, verdict))));
    OpenLoop.waitUntil(start + schedule.offset(measuredFrom));
    CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
    sending.await();
    boolean all = open.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    CpuUse cpu = watch.end();
    return result(pacer.lateness().percentiles(), all ? 0 : open.getCount(), cpu);
  }

  private void came(int number, Calls.Verdict verdict) {
    long time = System.nanoTime() - start - schedule.offset(number);
    synchronized (this) {
      refused += verdict == Calls.Verdict.REFUSED ? 1 : 0;
      broken += verdict == Calls.Verdict.BROKEN ? 1 : 0;
      if (number >= measuredFrom && verdict != Calls.Verdict.REFUSED) {
        times.record(time);
      }
    }
    open.countDown();
  }

  private synchronized CallResult result(Percentiles lateness, long unanswered, CpuUse cpu) {
    for (long i = 0; i < unanswered; i++) {
      times.record(NEVER);
    }
    Percentiles all = times.percentiles();
    return new CallResult(
        schedule.rate(), all, lateness, all.count(), refused, broken, unanswered, cpu);
  }
}
