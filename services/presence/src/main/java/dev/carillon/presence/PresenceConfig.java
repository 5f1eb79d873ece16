package dev.carillon.presence;

import dev.carillon.runtime.redis.RedisConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.settings.Settings;

/// Every setting of the presence service.
///
/// @param host what every service has
/// @param redis where the directory's copy is left for the next owner of a slot; it may be away
public record PresenceConfig(HostConfig host, RedisConfig redis) {
  /// The service's name.
  public static final String SERVICE = "presence";

  /// Reads the settings that begin with `CARILLON_PRESENCE_`, and those that all services share.
  public static PresenceConfig read(Settings settings) {
    return new PresenceConfig(
        HostConfig.read(settings, SERVICE), RedisConfig.read(settings, "CARILLON_PRESENCE"));
  }
}
