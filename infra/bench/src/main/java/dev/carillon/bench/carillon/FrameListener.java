package dev.carillon.bench.carillon;

import dev.carillon.connection.v1.ServerFrame;

/// What a gateway says, taken apart: the two frames that come by the thousand as plain numbers, the
/// others as they are.
interface FrameListener {
  /// A message is stored.
  ///
  /// @param prevSeq the number before it; [ServerFrames#UNKNOWN] when it was stored before
  void sendAck(long request, long seq, long prevSeq);

  /// A delivery; the bytes of the message's parts lie in the scan's array.
  void deliver(DeliverScan scan);

  void other(ServerFrame frame);
}
