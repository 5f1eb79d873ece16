package dev.carillon.connection.carrier;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts the connections of this process, of both kinds, and tells when there are too many.
///
/// Connections over the limit are accepted as long as there is head-room, only to be told so in the
/// words of the protocol; beyond it they are closed without a word. Thread-safe.
public final class ConnectionLimit {
  private static final int HEAD_ROOM = 256;

  private final AtomicInteger open = new AtomicInteger();
  private final int most;

  /// At most `most` connections are served.
  public ConnectionLimit(int most) {
    this.most = most;
  }

  /// How many connections are open.
  public int open() {
    return open.get();
  }

  /// Counts one more; false, and not counted, when it is to be closed without a word.
  boolean enter() {
    if (open.incrementAndGet() <= most + HEAD_ROOM) {
      return true;
    }
    leave();
    return false;
  }

  /// Counts one less.
  void leave() {
    open.decrementAndGet();
  }

  /// Whether the newest connection is one too many.
  boolean isExceeded() {
    return open.get() > most;
  }
}
