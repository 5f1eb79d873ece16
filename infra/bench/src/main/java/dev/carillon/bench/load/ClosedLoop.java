package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Calls of which always as many are out as a window allows: as soon as one is answered the next
/// one is made.
public final class ClosedLoop {
  private static final long PATIENCE_SECONDS = 180;

  private final Calls calls;
  private final Window window;
  private final Calls.Answer answer = this::came;
  private final CountDownLatch answered = new CountDownLatch(1);
  private int limit;
  private int next;
  private int out;
  private long done;
  private long refused;
  private long broken;

  /// How much may be in flight so that nothing is pushed back: a little more after every answer,
  /// half as much after a refusal. For one loop; not thread-safe.
  public static final class Window {
    private final int least;
    private final int most;
    private double size;
    private long untouched;

    /// @param least at least so many, from which it begins
    /// @param most at most so many
    public Window(int least, int most) {
      this.least = least;
      this.most = most;
      this.size = least;
    }

    /// One that is always of the same size.
    public static Window of(int size) {
      return new Window(size, size);
    }

    /// How many may be in flight now.
    int size() {
      return (int) size;
    }

    /// One came through.
    void taken() {
      untouched--;
      size = Math.min(most, size + 1 / size);
    }

    /// One was pushed back; what was in flight with it shows nothing more.
    void pushedBack() {
      if (untouched-- <= 0) {
        untouched = (long) size;
        size = Math.max(least, size / 2);
      }
    }
  }

  private ClosedLoop(Calls calls, Window window, int limit) {
    this.calls = calls;
    this.window = window;
    this.limit = limit;
  }

  /// Makes calls for some time.
  ///
  /// @param groups the processes whose CPU counts
  /// @param leadIn what is not measured at the beginning
  public static Calls.Result run(
      Calls calls,
      Window window,
      Map<String, List<Long>> groups,
      Duration leadIn,
      Duration duration)
      throws InterruptedException {
    ClosedLoop loop = new ClosedLoop(calls, window, Integer.MAX_VALUE);
    loop.fill();
    Wait.pause(leadIn);
    long before = loop.done();
    Supplier<CpuUse> watch = CpuUse.watch(groups);
    Wait.pause(duration);
    CpuUse cpu = watch.get();
    long after = loop.done();
    synchronized (loop) {
      loop.limit = loop.next;
    }
    loop.fill();
    loop.answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return loop.result(after - before, cpu);
  }

  /// Makes so many calls, and returns when all are answered, or were not for three minutes.
  ///
  /// @param groups the processes whose CPU counts
  public static Calls.Result all(
      Calls calls, int count, Window window, Map<String, List<Long>> groups)
      throws InterruptedException {
    ClosedLoop loop = new ClosedLoop(calls, window, count);
    Supplier<CpuUse> watch = CpuUse.watch(groups);
    loop.fill();
    loop.answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    CpuUse cpu = watch.get();
    return loop.result(loop.done(), cpu);
  }

  /// Numbers are taken under the lock, but calls are made without it: they may be expensive, and
  /// answers come by several threads.
  private void fill() {
    int first;
    int count;
    synchronized (this) {
      first = next;
      count = Math.clamp(window.size() - out, 0, limit - next);
      next += count;
      out += count;
    }
    for (int number = first; number < first + count; number++) {
      calls.call(number, answer);
    }
    boolean last;
    boolean over;
    synchronized (this) {
      last = next == limit;
      over = last && out == 0;
    }
    if (over) {
      answered.countDown();
    } else if (last) {
      calls.flush();
    }
  }

  private void came(Calls.Verdict verdict, long amount) {
    synchronized (this) {
      out--;
      switch (verdict) {
        case DONE -> {
          done += amount;
          window.taken();
        }
        case REFUSED -> {
          refused += amount;
          window.pushedBack();
        }
        case BROKEN -> {
          done += amount;
          broken++;
        }
      }
    }
    fill();
  }

  private synchronized long done() {
    return done;
  }

  private synchronized Calls.Result result(long counted, CpuUse cpu) {
    Pacer.Pace pace = Pacer.Pace.unpaced(cpu);
    return new Calls.Result(pace, pace.lateness(), counted, refused, broken, out);
  }
}
