package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Schedule;
import java.time.Duration;
import java.util.List;

/// What a scenario was asked for.
///
/// @param rates per second, one step each; empty: as much as possible
/// @param users how many devices
/// @param duration how long each step is measured
/// @param warmUp how long each system works before its first step
/// @param options what is the same for all scenarios
public record Plan(
    List<Double> rates, int users, Duration duration, Duration warmUp, Options options) {
  /// The first part of every step, which is not measured.
  public static final Duration LEAD_IN = Duration.ofSeconds(2);

  /// What is the same for all scenarios.
  ///
  /// @param pairs how often all systems are measured, in turn
  /// @param repeats how often a void measurement is made again
  /// @param even whether messages come evenly spaced, or as many people who know nothing of each
  ///   other would send them
  /// @param seed the same seed gives the same arrivals and senders
  /// @param lateMillis a run is void when the generator itself was later (p99.9)
  /// @param textLength how long each text is, in bytes
  public record Options(
      int pairs, int repeats, boolean even, long seed, double lateMillis, int textLength) {}

  /// Copies the rates.
  public Plan {
    rates = List.copyOf(rates);
  }

  /// One whose steps are measured for `seconds`, after `warmUp` seconds.
  static Plan of(int users, int seconds, int warmUp, Double... rates) {
    return new Plan(
        List.of(rates),
        users,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmUp),
        new Options(1, 0, false, 1, 1, 100));
  }

  /// How long a measured step is, with its first part.
  public Duration step() {
    return LEAD_IN.plus(duration);
  }

  /// What each message says.
  public String text() {
    return "x".repeat(options.textLength());
  }

  /// The first rate, per second.
  public double rate() {
    return rates.getFirst();
  }

  /// The arrivals of one run.
  public Schedule schedule(double rate, Duration length) {
    return options.even()
        ? Schedule.fixed(rate, length)
        : Schedule.poisson(rate, length, options.seed());
  }
}
