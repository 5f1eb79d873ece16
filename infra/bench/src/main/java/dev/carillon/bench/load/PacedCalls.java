package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// Calls that are made when they are due, whatever became of those before, and how long each took
/// from then.
public final class PacedCalls {
  private static final long PATIENCE_SECONDS = 60;
  private static final long NEVER = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
  private static final long REFUSED = -1;

  private final Schedule schedule;
  private final long start;
  private final int measuredFrom;
  // 0: not answered yet; REFUSED; else how long it took, in nanoseconds.
  private final AtomicLongArray took;
  private final CountDownLatch open;
  private final LongAdder refused = new LongAdder();
  private final LongAdder broken = new LongAdder();

  private PacedCalls(Schedule schedule, Duration leadIn) {
    this.schedule = schedule;
    this.start = System.nanoTime() + OpenLoop.HEAD_START_NANOS;
    this.measuredFrom = OpenLoop.firstAfter(schedule, leadIn);
    this.took = new AtomicLongArray(schedule.size());
    this.open = new CountDownLatch(schedule.size());
  }

  /// Goes through a schedule; returns when all is answered, or was not for a minute.
  ///
  /// @param leadIn the first part of the schedule, which is not measured
  /// @param groups the processes whose CPU counts
  public static Paced run(
      Calls calls, Schedule schedule, Duration leadIn, Map<String, List<Long>> groups)
      throws InterruptedException {
    return new PacedCalls(schedule, leadIn).run(calls, groups);
  }

  private Paced run(Calls calls, Map<String, List<Long>> groups) throws InterruptedException {
    Pacer pacer = new Pacer();
    OpenLoop.Sending sending =
        OpenLoop.Sending.start(() ->
            pacer.run(
                schedule,
                start,
                measuredFrom,
                number -> calls.call(number, verdict -> came(number, verdict))));
    OpenLoop.waitUntil(start + schedule.offset(measuredFrom));
    CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
    sending.await();
    boolean all = open.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    CpuUse cpu = watch.end();
    return new Paced(
        schedule.rate(),
        times().percentiles(),
        pacer.lateness().percentiles(),
        refused.sum(),
        broken.sum(),
        all ? 0 : open.getCount(),
        cpu);
  }

  private void came(int number, Calls.Verdict verdict) {
    long time = Math.max(1, System.nanoTime() - start - schedule.offset(number));
    switch (verdict) {
      case DONE -> took.set(number, time);
      case REFUSED -> {
        took.set(number, REFUSED);
        refused.increment();
      }
      case BROKEN -> {
        took.set(number, time);
        broken.increment();
      }
    }
    open.countDown();
  }

  private Latencies times() {
    Latencies times = new Latencies();
    for (int number = measuredFrom; number < schedule.size(); number++) {
      long time = took.get(number);
      if (time != REFUSED) {
        times.record(time == 0 ? NEVER : time);
      }
    }
    return times;
  }
}
