package dev.carillon.connection.backend;

import dev.carillon.presence.v1.UserLocation;

/// The port to the presence directory: tells it which devices are here and asks it where others
/// are.
///
/// Never blocks, never throws, any thread. Nothing is promised to the caller: the directory is a
/// hint, and the announcer itself sees to it that every owner of a slot comes to know this
/// gateway's devices, by snapshots over [ConnectedDevices] whenever a stream or a slot is new.
public interface PresenceAnnouncer {
  /// Where the directory's own news go.
  interface Listener {
    /// The device has connected elsewhere since: the session is to end with `SESSION_REPLACED`.
    /// Called on any thread; must not block. A session that is gone already is ignored.
    void superseded(String userId, String deviceId, long sessionId);
  }

  /// Begins to announce the devices found in `devices`; called once, before any other method.
  void start(ConnectedDevices devices, Listener listener);

  /// A device has connected. Calls for one device come in the order of what happened.
  void connected(ConnectedDevice device);

  /// A device has gone. The object may be let go of afterwards.
  void gone(ConnectedDevice device);

  /// Asks where a user's devices are; refused with `PRESENCE_UNAVAILABLE` when the directory cannot
  /// be asked within the client's deadline.
  void locate(String userId, Answer<UserLocation> answer);
}
