package dev.carillon.presence;

import java.util.List;

/// The gateways of one user's devices.
///
/// @param devices the connected devices; empty when none is known
/// @param complete false when some gateway has not announced yet, so that devices may be missing
record UserLocation(String userId, List<DeviceSession> devices, boolean complete) {}
