package dev.carillon.connection.backend;

import dev.carillon.presence.v1.UserLocation;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/// The port to the presence directory: reports to it which devices are connected here, and asks it
/// where others are.
///
/// Never blocks, never throws, any thread. Nothing is promised to the caller: the directory is a
/// hint, and the announcer itself sees to it that every owner of a slot comes to know this
/// gateway's [Devices], by snapshots over them whenever a stream or a slot is new.
public interface PresenceAnnouncer {
  /// What is connected to this gateway now.
  interface Devices {
    /// Calls `consumer` with every device whose user's slot `slots` accepts, on the calling thread.
    ///
    /// Weakly consistent: a device that comes or goes meanwhile may be seen or not. It is
    /// registered before [PresenceAnnouncer#connected] and removed before [PresenceAnnouncer#gone]
    /// is called, so a snapshot followed by the changes announced since its beginning is complete.
    /// Costs time in proportion to all devices, so many slots are asked for at once.
    void forEach(IntPredicate slots, Consumer<ConnectedDevice> consumer);

    /// The device has connected elsewhere since: the session is to end with `SESSION_REPLACED`.
    /// Called on any thread; must not block. A session that is gone already is ignored.
    void superseded(String userId, String deviceId, long sessionId);
  }

  /// A device has connected. Calls for one device come in the order of what happened.
  void connected(ConnectedDevice device);

  /// A device has gone. The object may be let go of afterwards.
  void gone(ConnectedDevice device);

  /// Asks where a user's devices are; refused with `PRESENCE_UNAVAILABLE` when the directory cannot
  /// be asked within the client's deadline.
  void locate(String userId, Answer<UserLocation> answer);
}
