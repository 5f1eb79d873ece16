package dev.carillon.local;

import java.util.Map;

/// How the instances of an installation reach everything else: directly, or through what a fault
/// injector puts between.
@FunctionalInterface
public interface Wiring {
  /// Nothing stands between.
  Wiring DIRECT = (seat, environment) -> environment;

  /// The environment that the instance in a seat is started with; called before every start, by
  /// several threads.
  ///
  /// @param environment what it would be otherwise
  Map<String, String> rewired(Seat seat, Map<String, String> environment);
}
