package dev.carillon.runtime.slots;

/// The instance that owns a slot, as a caller sees it.
///
/// @param instance the id of the instance
/// @param address `host:port` of its gRPC server
/// @param epoch the epoch of its ownership
public record OwnerLocation(String instance, String address, long epoch) {}
