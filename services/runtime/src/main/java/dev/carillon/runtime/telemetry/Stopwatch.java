package dev.carillon.runtime.telemetry;

/// How long something takes, for a metric: it runs from [#start] on. It decides nothing; whatever
/// acts on the time is passed a clock. Thread-safe.
public final class Stopwatch {
  private final long start = System.nanoTime();

  private Stopwatch() {}

  /// A stopwatch that runs.
  public static Stopwatch start() {
    return new Stopwatch();
  }

  /// The time since the start, in nanoseconds.
  public long nanos() {
    return System.nanoTime() - start;
  }
}
