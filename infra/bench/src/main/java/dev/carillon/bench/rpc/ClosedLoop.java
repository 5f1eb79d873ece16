package dev.carillon.bench.rpc;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Calls of which always equally many are out: as soon as one is answered the next one is made.
public final class ClosedLoop {
  private final Calls calls;
  private final AtomicInteger next = new AtomicInteger();
  private final LongAdder done = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private volatile boolean ending;

  private ClosedLoop(Calls calls) {
    this.calls = calls;
  }

  /// Makes calls for some time.
  ///
  /// @param outstanding how many are out at a time
  /// @param groups the processes whose CPU counts
  /// @param leadIn what is not measured at the beginning
  public static Saturation run(
      Calls calls,
      int outstanding,
      Map<String, List<Long>> groups,
      Duration leadIn,
      Duration duration) {
    ClosedLoop loop = new ClosedLoop(calls);
    for (int i = 0; i < outstanding; i++) {
      loop.call();
    }
    Wait.pause(leadIn);
    long before = loop.done.sum();
    CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
    Wait.pause(duration);
    CpuUse cpu = watch.end();
    long after = loop.done.sum();
    loop.ending = true;
    return new Saturation(after - before, loop.refused.sum(), loop.broken.sum(), cpu);
  }

  private void call() {
    calls.call(next.getAndIncrement() & Integer.MAX_VALUE, this::came);
  }

  private void came(Calls.Verdict verdict) {
    switch (verdict) {
      case DONE -> done.increment();
      case REFUSED -> refused.increment();
      case BROKEN -> broken.increment();
    }
    if (!ending) {
      call();
    }
  }
}
