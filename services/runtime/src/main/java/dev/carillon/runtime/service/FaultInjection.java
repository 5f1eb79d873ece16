package dev.carillon.runtime.service;

import dev.carillon.runtime.admin.AdminPage;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.InstantSource;
import java.util.Map;
import java.util.ServiceLoader;

/// What a test may make go wrong inside one instance while it runs: its fail-points and its clock.
///
/// A jar of its own brings it (`services/failpoints`). A process without that jar has none, and
/// refuses the settings that would allow it as unknown.
public interface FaultInjection {
  /// Nothing goes wrong on purpose, and the clock is the machine's.
  FaultInjection NONE = new FaultInjection() {};

  /// What the places of the service's steps call.
  default FailPoints failPoints() {
    return FailPoints.NONE;
  }

  /// What the instance takes for the time of day.
  default InstantSource clock() {
    return InstantSource.system();
  }

  /// The pages of the admin port by which faults are switched, by path.
  default Map<String, AdminPage> pages() {
    return Map.of();
  }

  /// Makes the fault injection of one instance.
  @FunctionalInterface
  interface Opener {
    /// Allows no faults.
    Opener NONE = (health, metrics) -> FaultInjection.NONE;

    /// Called once, when the instance is opened.
    ///
    /// @param health where it says that the instance may fail on purpose
    FaultInjection open(Health health, Metrics metrics);
  }

  /// Brings fault injection into a process; found as a [ServiceLoader] finds it.
  @FunctionalInterface
  interface Provider {
    /// What the settings allow; notes what is wrong with them.
    Opener read(Settings settings);
  }

  /// What the settings allow, by the provider on the class path; nothing without one.
  static Opener read(Settings settings) {
    return ServiceLoader.load(Provider.class, FaultInjection.class.getClassLoader())
        .findFirst()
        .map(provider -> provider.read(settings))
        .orElse(Opener.NONE);
  }
}
