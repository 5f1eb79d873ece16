package dev.carillon.bench.carillon;

/// How far a device is in its conversation, kept as the SDK does: what is not next is pulled.
final class Cursor {
  private static final long UNKNOWN = -1;

  private long last = UNKNOWN;
  private long highestLive;
  private long missing;
  private boolean pulling;

  /// What to do with a delivery.
  enum Step {
    /// It is the next one.
    NEXT,
    /// The connection has handed out this one or a later one before: that must not happen.
    LATE,
    /// The device has it from elsewhere already, which may happen.
    KNOWN,
    /// Something before it is missing: pull what is after [#last].
    PULL,
    /// It will be in what is being pulled.
    WAIT
  }

  /// Takes a delivery.
  Step live(long seq, long prevSeq) {
    if (seq <= highestLive) {
      return Step.LATE;
    }
    highestLive = seq;
    if (last == UNKNOWN) {
      last = seq;
      return Step.NEXT;
    }
    if (seq <= last) {
      return Step.KNOWN;
    }
    if (!pulling && prevSeq <= last) {
      last = seq;
      return Step.NEXT;
    }
    missing = seq;
    boolean first = !pulling;
    pulling = true;
    return first ? Step.PULL : Step.WAIT;
  }

  /// Begins to pull whatever is after [#last].
  ///
  /// @return whether it has to be asked for; it is not when it is being pulled already
  boolean pull() {
    boolean first = !pulling;
    pulling = true;
    return first;
  }

  /// What lies at or below this seq is not visible to the user, and is not to be waited for.
  void passOver(long visibleAfter) {
    if (visibleAfter > 0) {
      last = Math.max(last, visibleAfter);
    }
  }

  /// Takes a message that was pulled.
  ///
  /// @return whether it is news
  boolean pulled(long seq) {
    if (seq <= last) {
      return false;
    }
    last = seq;
    return true;
  }

  /// Ends a pull.
  ///
  /// @return whether another one is needed
  boolean pullAgain(boolean hasMore) {
    pulling = hasMore || last < missing;
    return pulling;
  }

  /// The last message the device has; 0 when it has none.
  long last() {
    return Math.max(0, last);
  }

  /// Begins anew on another connection, which may hand out again what the last one did.
  void reconnected() {
    highestLive = 0;
    pulling = false;
  }
}
