package dev.carillon.connection.backend;

/// One device with an open session on this gateway, as the directory is told of it.
public interface ConnectedDevice {
  /// The user, 1 to 64 bytes.
  String userId();

  /// The device, 1 to 64 bytes, unique per user.
  String deviceId();

  /// The session, unique in this process; a later session of the same device has a greater one.
  long sessionId();

  /// The device's own number of the connection, unsigned, greater with every connection it makes; 0
  /// when it said none.
  long connectionNumber();

  /// When it connected, in milliseconds since 1970 by this gateway's clock.
  long connectedAtMillis();
}
