package dev.carillon.local;

import dev.carillon.runtime.service.ServiceDescriptor;

/// One of the instances that are to run; who sits there may change.
///
/// @param service the name of its service
/// @param number from 1, in its service
public record Seat(String service, int number) {
  /// The name of one of its service's settings, such as `CARILLON_MESSAGE_GRPC_LISTEN`.
  public String setting(String what) {
    return ServiceDescriptor.settingsPrefix(service) + what;
  }

  /// Its name in files, such as `message-1`.
  @Override
  public String toString() {
    return service + "-" + number;
  }
}
