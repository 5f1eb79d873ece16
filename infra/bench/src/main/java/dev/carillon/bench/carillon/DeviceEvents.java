package dev.carillon.bench.carillon;

import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;

/// The receiver of a device's events; always called by the loop's thread.
interface DeviceEvents {
  /// It is signed in.
  void welcome(CarillonDevice device, Welcome welcome, long now);

  /// Its connection is gone, or never came to be.
  void gone(CarillonDevice device, String why);

  /// The gateway asked it to connect to another gateway.
  void goAway(CarillonDevice device, GoAway frame);

  /// A send was stored.
  void acked(CarillonDevice device, long request, long seq, long now);

  /// A request was refused.
  void refused(CarillonDevice device, long request, String reason);

  /// A message of its conversation is the device's next one.
  void received(CarillonDevice device, DeliverScan message, long now);

  /// It received a message after that message, or a later one, on the same connection.
  void late(CarillonDevice device, DeliverScan message);

  /// It received something that the contract does not allow.
  void disorder(CarillonDevice device, String what);

  /// It received the messages that it had missed, or a part of them.
  ///
  /// @param messages how many the last answer held
  void pulled(CarillonDevice device, int messages, boolean complete, long now);

  /// A request for which it has no use itself was answered.
  void answered(CarillonDevice device, ServerFrame frame, long now);
}
