package dev.carillon.runtime.batch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// How busy the processors of this machine, or of the container around this process, are: 0 when
/// idle, 1 when no processor has time left. One per process.
///
/// The value is smoothed over about a second. A reader takes a new sample when the last one is
/// older than 250 ms; the others read a field. Thread-safe.
public final class ProcessLoad implements DoubleSupplier {
  static final Duration SAMPLE_INTERVAL = Duration.ofMillis(250);
  static final Duration SMOOTHING = Duration.ofSeconds(1);

  private final DoubleSupplier sample;
  private final LongSupplier nanos;
  private final AtomicLong sampledAt;
  private volatile double load;

  /// @param sample the load since the sample before, 0 to 1; negative when it is not known
  /// @param nanos a monotonic clock in nanoseconds
  public ProcessLoad(DoubleSupplier sample, LongSupplier nanos) {
    this.sample = sample;
    this.nanos = nanos;
    this.sampledAt = new AtomicLong(nanos.getAsLong());
  }

  /// The load as the operating system reports it.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public static ProcessLoad ofMachine(LongSupplier nanos) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    // The first answer covers no time and says nothing.
    system.getCpuLoad();
    return new ProcessLoad(system::getCpuLoad, nanos);
  }

  /// The load, 0 to 1.
  @Override
  public double getAsDouble() {
    long last = sampledAt.get();
    long now = nanos.getAsLong();
    if (now - last >= SAMPLE_INTERVAL.toNanos() && sampledAt.compareAndSet(last, now)) {
      load = smoothed(sample.getAsDouble(), now - last);
    }
    return load;
  }

  private double smoothed(double measured, long elapsed) {
    double weight = Math.min(1, (double) elapsed / SMOOTHING.toNanos());
    return measured < 0 ? load : load + weight * (Math.min(1, measured) - load);
  }
}
