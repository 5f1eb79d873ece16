package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Schedule;
import java.time.Duration;

/// What a scenario was asked for.
///
/// @param load how much is done
/// @param pairs how often all systems are measured, in turn
/// @param repeats how often a void measurement is made again
/// @param arrivals how messages come
/// @param lateMillis a run is void when the generator itself was later (p99.9)
/// @param textLength how long each text is, in bytes
public record Plan(
    Load load, int pairs, int repeats, Arrivals arrivals, double lateMillis, int textLength) {
  /// The first part of every step, which is not measured.
  public static final Duration LEAD_IN = Duration.ofSeconds(2);

  /// How messages come.
  ///
  /// @param even whether evenly spaced, or as many people who know nothing of each other would
  /// @param seed the same seed gives the same arrivals and senders
  public record Arrivals(boolean even, long seed) {}

  /// How many devices.
  public int users() {
    return load.users();
  }

  /// How long each step is measured.
  public Duration duration() {
    return load.duration();
  }

  /// How long each system works before its first step.
  public Duration warmUp() {
    return load.warmUp();
  }

  /// How long a measured step is, with its first part.
  public Duration step() {
    return LEAD_IN.plus(duration());
  }

  /// What each message says.
  public String text() {
    return "x".repeat(textLength);
  }

  /// The first rate, per second.
  public double rate() {
    return load.rates().getFirst();
  }

  /// The arrivals of one run.
  public Schedule schedule(double rate, Duration length) {
    return arrivals.even()
        ? Schedule.fixed(rate, length)
        : Schedule.poisson(rate, length, arrivals.seed());
  }
}
