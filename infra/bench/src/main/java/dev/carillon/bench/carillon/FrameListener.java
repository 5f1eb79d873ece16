package dev.carillon.bench.carillon;

import dev.carillon.connection.v1.ServerFrame;

/// What a gateway says, taken apart: the two frames that come by the thousand as plain numbers, the
/// others as they are.
interface FrameListener {
  void sendAck(long request, long seq);

  /// A delivery; the bytes of the message's parts lie in the scan's array.
  void deliver(DeliverScan scan);

  void other(ServerFrame frame);
}
