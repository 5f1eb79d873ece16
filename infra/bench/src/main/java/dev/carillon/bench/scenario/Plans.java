package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.Schedule;
import java.time.Duration;
import java.util.List;

/// What a benchmark was asked for.
///
/// @param rates messages per second, one step each
/// @param duration how long each step is measured
/// @param warmUp how long each side works before the first step
/// @param users how many devices
/// @param rounds how often all sides are measured, in turn
/// @param arrivals how messages come
/// @param limits what makes a run worth nothing
public record Plans(
    List<Double> rates,
    Duration duration,
    Duration warmUp,
    int users,
    int rounds,
    Arrivals arrivals,
    Run.Limits limits) {
  /// The first part of every step, which is not measured.
  static final Duration LEAD_IN = Duration.ofSeconds(2);

  public Plans {
    rates = List.copyOf(rates);
  }

  /// How messages come.
  ///
  /// @param even whether evenly spaced, or as many people who know nothing of each other would
  /// @param seed the same seed gives the same arrivals and senders
  public record Arrivals(boolean even, long seed) {}

  /// The rate that makes a side warm: much work, so that compilers are done soon, but no more than
  /// everybody can bear.
  ///
  /// @param bearable what everybody can bear
  double warmUpRate(double bearable) {
    double greatest = rates.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    return Math.min(bearable, 2 * greatest);
  }

  /// The arrivals of one run.
  Schedule schedule(double rate, Duration length) {
    return arrivals.even()
        ? Schedule.fixed(rate, length)
        : Schedule.poisson(rate, length, arrivals.seed());
  }
}
