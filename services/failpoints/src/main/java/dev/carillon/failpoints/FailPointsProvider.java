package dev.carillon.failpoints;

import dev.carillon.runtime.service.FaultInjection;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.Settings;

/// Brings the fail-points of all services on the class path into a process.
public final class FailPointsProvider implements FaultInjection.Provider {
  @Override
  public FaultInjection.Opener read(Settings settings) {
    FailPointConfig config = FailPointConfig.read(settings, Services.onClassPath().failPoints());
    return config.allowed()
        ? (health, metrics) -> SwitchedFaults.open(config, health, metrics)
        : FaultInjection.Opener.NONE;
  }
}
