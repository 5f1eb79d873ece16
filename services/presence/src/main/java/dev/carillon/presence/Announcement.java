package dev.carillon.presence;

/// One stream of one gateway. It owns the devices announced on it, until a later stream of the same
/// gateway replaces it.
///
/// @param number grows with every stream that this instance accepts, from 1
record Announcement(String gatewayId, long number, GatewayLink link) {}
