package dev.carillon.runtime.batch;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// The pause of a loop after a batch, which makes batches fewer and larger when the machine is
/// busy.
///
/// A batch costs wake-ups, a statement or a frame however little is in it. While the load is at
/// most [#IDLE_LOAD] there is time enough, and nothing pauses. From there on the pause grows up to
/// [#LARGEST_SHARE] times what the last batch took, reached at [#BUSY_LOAD], and never exceeds the
/// limit. Immutable; one serves any number of loops.
public final class BatchInterval {
  static final double IDLE_LOAD = 0.1;
  static final double BUSY_LOAD = 0.5;
  static final double LARGEST_SHARE = 6;

  /// Never pauses.
  public static final BatchInterval NONE = new BatchInterval(() -> 0, Duration.ZERO, Duration.ZERO);

  private final DoubleSupplier load;
  private final long nominalCost;
  private final long limit;

  /// @param load how busy the process's machine is, 0 to 1; see [ProcessLoad]
  /// @param nominalCost what a batch costs at least, here and elsewhere, such as the wake-up of the
  ///   peer that reads it
  /// @param limit the longest pause; zero for none
  public BatchInterval(DoubleSupplier load, Duration nominalCost, Duration limit) {
    this.load = load;
    this.nominalCost = nominalCost.toNanos();
    this.limit = limit.toNanos();
  }

  /// The same for a loop whose batches cost at least `nominalCost`.
  public BatchInterval costing(Duration nominalCost) {
    return new BatchInterval(load, nominalCost, Duration.ofNanos(limit));
  }

  /// The pauses of one loop, which has to keep them to itself.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public Pauses pauses(LongSupplier nanos) {
    return new Pauses(nanos);
  }

  /// How long to pause after a batch that took `worked`; both in nanoseconds.
  long after(long worked) {
    if (limit == 0) {
      return 0;
    }
    double part = (load.getAsDouble() - IDLE_LOAD) / (BUSY_LOAD - IDLE_LOAD);
    double share = LARGEST_SHARE * Math.clamp(part, 0, 1);
    return Math.min(limit, (long) (share * Math.max(worked, nominalCost)));
  }

  /// The pauses of one loop. The shorter one of its last two batches counts: a batch that was held
  /// up by a disk or by the scheduler says nothing about the next. Confined to the loop.
  public final class Pauses {
    private final LongSupplier nanos;
    private long before = Long.MAX_VALUE;
    private long end;

    private Pauses(LongSupplier nanos) {
      this.nanos = nanos;
      this.end = nanos.getAsLong();
    }

    /// How long the pause still lasts, in nanoseconds; 0 when there is none.
    public long left() {
      return Math.max(0, end - nanos.getAsLong());
    }

    /// The batch that began at `begun` has ended, and the pause after it begins.
    public void worked(long begun) {
      long now = nanos.getAsLong();
      long usual = Math.min(before, now - begun);
      before = now - begun;
      end = now + after(usual);
    }

    /// Pauses for so many nanoseconds from now on, in place of the pause that is planned.
    public void pauseFor(long duration) {
      end = nanos.getAsLong() + duration;
    }
  }
}
