package dev.carillon.bench.load;

import dev.carillon.bench.load.Latencies.Percentiles;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.local.supervisor.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

  /// How the generator itself did in one run.
  ///
  /// @param rate what was due per second; 0: as much as possible
  /// @param lateness how late the generator itself was
  /// @param cpu what CPU was used from what was measured first until all of it had come
  public record Pace(double rate, Percentiles lateness, CpuUse cpu) {
    private static final double GENERATOR_SHARE = 0.6;

    /// That of a run in which nothing was due.
    static Pace unpaced(CpuUse cpu) {
      return new Pace(0, new Latencies().percentiles(), cpu);
    }

    /// Why the run says nothing about the server; empty: it does.
    ///
    /// @param limitMillis of the generator's own lateness, its 99.9th percentile
    public String voidBecause(double limitMillis) {
      if (rate > 0 && lateness.p999() > limitMillis) {
        return String.format(
            Locale.ROOT,
            "the generator was %.1f ms late (p99.9; limit %.1f)",
            lateness.p999(),
            limitMillis);
      }
      if (rate > 0 && cpu.generatorShare() > GENERATOR_SHARE) {
        return String.format(
            Locale.ROOT,
            "the generator used %.0f%% of a core (limit %.0f%%)",
            100 * cpu.generatorShare(),
            100 * GENERATOR_SHARE);
      }
      return "";
    }
  }

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
