package dev.carillon.presence;

/// One stream of one gateway: what it announces belongs to it until a later one of the same gateway
/// takes its place.
///
/// @param number grows with every stream that this instance accepts, from 1
record Announcement(String gatewayId, long number, GatewayLink link) {}
