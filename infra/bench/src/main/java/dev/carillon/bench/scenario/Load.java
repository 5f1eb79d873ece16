package dev.carillon.bench.scenario;

import java.time.Duration;
import java.util.List;

/// How much is done in a scenario.
///
/// @param rates per second, one step each; empty: as much as possible
/// @param users how many devices
/// @param duration how long each step is measured
/// @param warmUp how long each system works before its first step
public record Load(List<Double> rates, int users, Duration duration, Duration warmUp) {
  /// Copies the rates.
  public Load {
    rates = List.copyOf(rates);
  }

  /// A load whose steps are measured for `seconds`, after `warmUp` seconds.
  static Load of(int users, int seconds, int warmUp, Double... rates) {
    return new Load(List.of(rates), users, Duration.ofSeconds(seconds), Duration.ofSeconds(warmUp));
  }
}
