package dev.carillon.check.workload;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.HistoryRead;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A device of the load, whatever it speaks with. It notes everything it does and sees. Methods may
/// be called from any thread and do not block.
interface TestDevice extends AutoCloseable {
  /// Which one it is.
  Device device();

  /// Begins an attempt to send; its outcome is recorded and reported in any case, at the latest
  /// when the device is closed.
  void send(Outgoing outgoing);

  /// Whether it is in use, connected or not: a device that went away sends nothing.
  boolean inUse();

  /// How many attempts have not ended.
  int pending();

  /// The newest message of a conversation that it was handed; 0: none.
  long readSeq(String conversation);

  /// Loses its connection; reconnects with [#comeBack], with the messages that it holds.
  void goAway();

  /// Connects again, possibly to another gateway.
  void comeBack();

  /// Reads nothing from its connection for a while.
  void freeze(Duration howLong);

  /// Begins to catch up, if it has not.
  void catchUp();

  /// Reads a range of history and records it; fails without an answer in time or when it is
  /// refused.
  ///
  /// @param last whether it belongs to the reading at the end
  CompletableFuture<HistoryRead> read(
      Conversation conversation, long afterSeq, int limit, boolean last);

  @Override
  void close();
}
