package dev.carillon.bench.load;

import dev.carillon.bench.machine.CpuUse;
import java.util.Locale;

/// One measured run of one system.
///
/// @param rate the messages per second that were due
/// @param outcome what came of the messages
/// @param cpu what CPU was used from the first measured message until the last one had arrived
/// @param lateness how late the generator itself was
/// @param settled whether everything had arrived when the run was ended
/// @param losses connections that ended by themselves; empty: none
public record Run(
    double rate,
    RunResult outcome,
    CpuUse cpu,
    Percentiles lateness,
    boolean settled,
    String losses) {
  /// What makes a run worth nothing.
  ///
  /// @param latenessMillis the generator's own lateness, its 99.9th percentile
  /// @param generatorShare the generator's share of one core, 0 to 1
  public record Limits(double latenessMillis, double generatorShare) {
    /// What performance measurements of Carillon ask for.
    public static final Limits USUAL = new Limits(1, 0.6);

    /// Why a run says nothing about the server; empty: it does.
    String voidBecause(Percentiles lateness, CpuUse cpu) {
      if (lateness.p999() > latenessMillis) {
        return String.format(
            Locale.ROOT,
            "the generator was %.1f ms late (p99.9; limit %.1f)",
            lateness.p999(),
            latenessMillis);
      }
      if (cpu.generatorShare() > generatorShare) {
        return String.format(
            Locale.ROOT,
            "the generator used %.0f%% of a core (limit %.0f%%)",
            100 * cpu.generatorShare(),
            100 * generatorShare);
      }
      return "";
    }
  }

  /// Why the run says nothing about the server; empty: it does.
  public String voidBecause(Limits limits) {
    return limits.voidBecause(lateness, cpu);
  }
}
