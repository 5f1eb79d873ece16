package dev.carillon.connection.transport;

import java.util.concurrent.atomic.AtomicInteger;

/// The limit of connections of this process, WebSocket and gRPC together.
///
/// Connections above the limit are accepted as long as there is head-room, only to get a Goodbye
/// `OVERLOADED`; beyond the head-room they are closed at once. Thread-safe.
public final class ConnectionLimit {
  private static final int HEAD_ROOM = 256;

  private final AtomicInteger open = new AtomicInteger();
  private final int most;

  /// At most `most` connections are served.
  public ConnectionLimit(int most) {
    this.most = most;
  }

  public int open() {
    return open.get();
  }

  /// Counts one more; false, and not counted, when it is to be closed at once.
  boolean enter() {
    if (open.incrementAndGet() <= most + HEAD_ROOM) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    open.decrementAndGet();
  }

  /// Whether the newest connection is above the limit.
  boolean isExceeded() {
    return open.get() > most;
  }
}
