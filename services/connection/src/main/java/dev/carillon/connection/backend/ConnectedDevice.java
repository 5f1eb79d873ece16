package dev.carillon.connection.backend;

/// One device that is connected to this gateway, as the directory knows it.
///
/// @param userId the user, 1 to 64 bytes
/// @param deviceId the device, 1 to 64 bytes, unique per user
/// @param sessionId the session, unique in this process; a later session of the same device has a
///   greater one
/// @param connectionNumber the device's own number of the connection, unsigned, greater with every
///   connection it makes; 0 when it said none
/// @param connectedAtMillis when it connected, in milliseconds since 1970 by this gateway's clock
public record ConnectedDevice(
    String userId,
    String deviceId,
    long sessionId,
    long connectionNumber,
    long connectedAtMillis) {}
