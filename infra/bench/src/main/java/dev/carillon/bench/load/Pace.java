package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import java.util.Locale;

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
