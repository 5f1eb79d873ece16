package dev.carillon.presence;

import java.util.List;
import java.util.Set;

/// The answer to a look-up: the known locations, and the slots of other owners, which the caller
/// has to ask.
record Locations(List<UserLocation> found, Set<Integer> movedSlots) {
  /// The gateways of one user's devices.
  ///
  /// @param devices the connected devices; empty when none is known
  /// @param complete false when some gateway has not announced yet, so that devices may be missing
  record UserLocation(String userId, List<DeviceSession> devices, boolean complete) {}
}
