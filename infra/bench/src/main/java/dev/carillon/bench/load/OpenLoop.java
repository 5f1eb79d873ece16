package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.Precedence;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Runs a schedule against devices and collects the measurements.
public final class OpenLoop {
  static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

  private final ProcFiles files;

  /// Runs on this machine.
  public OpenLoop(ProcFiles files) {
    this.files = files;
  }

  /// One run; returns when every message has arrived, or did not for a minute.
  ///
  /// @param leadIn the first part of the schedule, which is not measured
  public Run run(
      MeasuredSystem side,
      SendingDevices devices,
      Schedule schedule,
      Duration leadIn,
      Senders senders)
      throws InterruptedException {
    int measuredFrom = firstAfter(schedule, leadIn);
    long start = System.nanoTime() + HEAD_START_NANOS;
    RunTracker tracker = new RunTracker(schedule, start, measuredFrom, devices.terms());
    Pacer pacer = new Pacer();
    devices.track(tracker);
    Sending sending =
        Sending.start(() ->
            pacer.run(
                schedule,
                start,
                measuredFrom,
                message -> devices.send(senders.of(message), message)));
    waitUntil(start + schedule.offset(measuredFrom));
    CpuWatch watch = CpuWatch.begin(files, side.processes());
    sending.await();
    awaitArrivals(tracker, devices);
    CpuUse cpu = watch.end();
    return new Run(
        schedule.rate(),
        tracker.outcome(),
        cpu,
        pacer.lateness().percentiles(),
        tracker.isSettled(),
        devices.losses());
  }

  private static void awaitArrivals(RunTracker tracker, SendingDevices devices) {
    long sent = System.nanoTime();
    if (!isSettled(tracker, sent, PATIENCE)) {
      devices.catchUp();
      isSettled(tracker, sent, DRAIN_LIMIT);
    }
  }

  private static boolean isSettled(RunTracker tracker, long since, Duration limit) {
    while (!tracker.isSettled() && System.nanoTime() - since < limit.toNanos()) {
      Wait.nanos(POLL_NANOS);
    }
    return tracker.isSettled();
  }

  static void waitUntil(long time) {
    for (long now = System.nanoTime(); now < time; now = System.nanoTime()) {
      Wait.nanos(time - now);
    }
  }

  static int firstAfter(Schedule schedule, Duration leadIn) {
    int message = 0;
    while (message < schedule.size() - 1 && schedule.offset(message) < leadIn.toNanos()) {
      message++;
    }
    return message;
  }

  /// Sending on a thread of its own, which goes before all others: it does little, but on time.
  record Sending(FutureTask<Boolean> task) {
    static Sending start(Runnable sending) {
      FutureTask<Boolean> task =
          new FutureTask<>(() -> {
            boolean granted = Precedence.claim();
            sending.run();
            return granted;
          });
      Thread.ofPlatform().daemon().name("bench-pacer").start(task);
      return new Sending(task);
    }

    void await() throws InterruptedException {
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("sending failed", e.getCause());
      }
    }
  }
}
