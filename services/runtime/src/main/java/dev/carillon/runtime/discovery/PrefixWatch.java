package dev.carillon.runtime.discovery;

/// A running watch of one key prefix.
public interface PrefixWatch extends AutoCloseable {
  /// Whether changes are being received now; false before the first snapshot and while the store is
  /// away.
  boolean isCurrent();

  /// Ends the watch; the listener may still be in one last call when this returns.
  @Override
  void close();
}
