package dev.carillon.presence;

import java.util.List;

/// Where the devices of one user are.
///
/// @param devices the connected devices; empty when none is known
/// @param complete false when some gateway has not announced yet, so that devices may be missing
record UserLocation(String userId, List<DeviceSession> devices, boolean complete) {}
