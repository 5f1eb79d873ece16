package dev.carillon.check.fault;

import java.time.Duration;

/// The clients of the installation under test, as far as faults are about them.
public interface Clients {
  /// Makes some clients read nothing from their connections for a while; returns at once. Clients
  /// that are frozen already may be chosen again. Called by one thread at a time.
  ///
  /// @param count how many; all if there are fewer
  void freeze(int count, Duration howLong);
}
