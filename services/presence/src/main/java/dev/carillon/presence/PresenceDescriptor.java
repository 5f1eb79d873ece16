package dev.carillon.presence;

import dev.carillon.runtime.service.ServiceDescriptor;

/// The description of the presence service, for the launcher, the checker and the house rules.
public final class PresenceDescriptor extends ServiceDescriptor<PresenceConfig> {
  /// Called by the service loader.
  public PresenceDescriptor() {
    super(PresenceConfig.SERVICE, PresenceConfig::read, PresenceApp::start);
  }

  @Override
  public boolean usesRedis() {
    return true;
  }

  @Override
  public boolean ownsSlots() {
    return true;
  }
}
