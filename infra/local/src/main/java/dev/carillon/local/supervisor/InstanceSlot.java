package dev.carillon.local.supervisor;

import dev.carillon.runtime.service.HostConfig;

/// A place for one instance of an installation, such as `message-1`: instances that are restarted
/// take the place of the one that ended.
///
/// @param service the name of its service
/// @param number counted from 1 for each service
public record InstanceSlot(String service, int number) {
  /// The name of one of its service's settings, such as `CARILLON_MESSAGE_GRPC_LISTEN`.
  public String setting(String what) {
    return HostConfig.settingsPrefix(service) + what;
  }

  /// Its name in files, such as `message-1`.
  @Override
  public String toString() {
    return service + "-" + number;
  }
}
