package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.local.supervisor.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Goes through a schedule: does things when they are due, and records how late it was itself.
///
/// What is overdue is done at once, one after the other: nothing is left out.
public final class Pacer {
  private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PRECEDENCE_SECONDS = 5;

  private final Schedule schedule;
  private final long start;
  private final int measuredFrom;
  private final LongSupplier clock;
  private final LongConsumer wait;
  private final Latencies lateness = new Latencies();

  /// What becomes of what was sent.
  @FunctionalInterface
  interface Arrivals {
    /// Returns when all has come, or will not.
    void await() throws InterruptedException;
  }

  /// One that begins very soon.
  ///
  /// @param leadIn the first part of the schedule, which is not measured
  public Pacer(Schedule schedule, Duration leadIn) {
    this(
        schedule,
        System.nanoTime() + HEAD_START_NANOS,
        schedule.firstAfter(leadIn),
        System::nanoTime,
        Wait::nanos);
  }

  /// @param start when it begins, by the clock
  Pacer(Schedule schedule, long start, int measuredFrom, LongSupplier clock, LongConsumer wait) {
    this.schedule = schedule;
    this.start = start;
    this.measuredFrom = measuredFrom;
    this.clock = clock;
    this.wait = wait;
  }

  /// How many messages are due in all.
  int size() {
    return schedule.size();
  }

  /// The first message that is measured.
  int measuredFrom() {
    return measuredFrom;
  }

  /// When a message is due.
  long due(int message) {
    return start + schedule.offset(message);
  }

  /// Sends on a thread of its own, and counts CPU from the first measured message on.
  ///
  /// @param groups the processes whose CPU counts
  /// @param sending sends one message; must not block
  Pace run(Map<String, List<Long>> groups, IntConsumer sending, Arrivals arrivals)
      throws InterruptedException {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          boolean granted = claimPrecedence();
          send(sending);
          return granted;
        });
    Thread.ofPlatform().daemon().name("bench-pacer").start(task);
    waitUntil(due(measuredFrom));
    Supplier<CpuUse> cpu = CpuUse.watch(groups);
    try {
      task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("sending failed", e.getCause());
    }
    arrivals.await();
    return new Pace(schedule.rate(), lateness(), cpu.get());
  }

  /// Goes through the schedule on the calling thread; returns after its last message.
  void send(IntConsumer sending) {
    for (int message = 0; message < schedule.size(); message++) {
      long now = waitUntil(due(message));
      if (message >= measuredFrom) {
        lateness.record(now - due(message));
      }
      sending.accept(message);
    }
  }

  private long waitUntil(long time) {
    long now = clock.getAsLong();
    while (now < time) {
      wait.accept(time - now);
      now = clock.getAsLong();
    }
    return now;
  }

  /// How late messages were sent, the server's part not included.
  Percentiles lateness() {
    return lateness.percentiles();
  }

  /// The calling thread does little, but on time: it asks to go before all others. Without the
  /// right to it, or on another system than Linux, nothing changes: then its lateness will show it.
  private static boolean claimPrecedence() throws InterruptedException {
    try {
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
      // Reset on fork: nobody inherits it.
      Process chrt =
          new ProcessBuilder("chrt", "-R", "-f", "-p", "1", String.valueOf(thread))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return chrt.waitFor(PRECEDENCE_SECONDS, TimeUnit.SECONDS) && chrt.exitValue() == 0;
    } catch (IOException notHere) {
      return false;
    }
  }
}
