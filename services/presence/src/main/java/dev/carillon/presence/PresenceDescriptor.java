package dev.carillon.presence;

import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.settings.Settings;

/// The description of the presence service, for the launcher, the checker and the house rules.
public final class PresenceDescriptor implements ServiceDescriptor<PresenceConfig> {
  @Override
  public String name() {
    return PresenceConfig.SERVICE;
  }

  @Override
  public PresenceConfig read(Settings settings) {
    return PresenceConfig.read(settings);
  }

  @Override
  public PresenceApp start(PresenceConfig config) {
    return PresenceApp.start(config);
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
