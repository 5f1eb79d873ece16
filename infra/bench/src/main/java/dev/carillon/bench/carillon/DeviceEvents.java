package dev.carillon.bench.carillon;

import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;

/// What a device tells the fleet it belongs to; always called by the loop's thread.
interface DeviceEvents {
  /// It is signed in.
  void welcome(Device device, Welcome welcome, long now);

  /// Its connection is gone, or never came to be.
  void gone(Device device, String why);

  /// It was told to connect again, elsewhere.
  void goAway(Device device, GoAway frame);

  /// A send was stored.
  void acked(Device device, long request, long seq, long now);

  /// A request was refused.
  void refused(Device device, long request, String reason);

  /// A message of its conversation is the device's next one.
  void received(Device device, DeliverScan message, long now);

  /// It was handed a message after having been handed it, or a later one, on the same connection.
  void late(Device device, DeliverScan message);

  /// It was handed something that cannot be.
  void disorder(Device device, String what);

  /// It was told what it had missed, or a part of it.
  ///
  /// @param messages how many came with the last answer
  void pulled(Device device, int messages, boolean complete, long now);

  /// A request for which it has no use itself was answered.
  void answered(Device device, ServerFrame frame, long now);
}
