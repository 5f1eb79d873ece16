package dev.carillon.presence;

import java.util.Set;

/// The way back to a gateway that announces its devices. Calls never block; a message that finds
/// the stream full or broken is dropped, because each repeats itself: the gateway announces again,
/// or the device's older session ends by itself.
interface GatewayLink {
  /// All changes up to this number have been applied.
  void acknowledge(long number);

  /// These slots are not owned here.
  void slotsMoved(Set<Integer> slots);

  /// Ends the stream, so that the gateway opens another and announces everything again.
  void end();

  /// A device of the gateway has connected elsewhere since.
  void superseded(DeviceSession older);
}
