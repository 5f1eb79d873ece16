package dev.carillon.connection.backend;

import java.util.function.Consumer;
import java.util.function.IntPredicate;

/// Everything that is connected to this gateway now; what snapshots for the directory are made of.
@FunctionalInterface
public interface ConnectedDevices {
  /// Calls `consumer` with every device whose user's slot `slots` accepts, on the calling thread.
  ///
  /// Weakly consistent: a device that comes or goes meanwhile may be seen or not. It is registered
  /// before [PresenceAnnouncer#connected] and removed before [PresenceAnnouncer#gone] is called, so
  /// a snapshot followed by the changes announced since its beginning is complete. Costs time in
  /// proportion to all devices, so many slots are asked for at once.
  void forEach(IntPredicate slots, Consumer<ConnectedDevice> consumer);
}
