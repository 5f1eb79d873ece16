package dev.carillon.bench.net;

/// What speaks a protocol over a link; always called by the loop's thread.
public interface LoopConnectionHandler {
  /// The connection is there.
  void connected(LoopConnection link);

  /// Bytes have arrived; the array is shared and good only during the call.
  ///
  /// @param end where they end; they begin at 0
  /// @return how many were used up; the rest is given again, with those that follow
  int received(byte[] bytes, int end, long now);

  /// The connection is gone, or never came to be.
  ///
  /// @param why for people
  void closed(String why);
}
