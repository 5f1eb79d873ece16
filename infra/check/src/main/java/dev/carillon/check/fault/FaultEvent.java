package dev.carillon.check.fault;

/// A fault that is over.
///
/// @param kind what was done
/// @param target what it hit, such as `message-2` or `connection-1 > mysql`
/// @param startNanos when it began, in [System#nanoTime()]
/// @param endNanos when it was healed; a healed party may still need time to recover
/// @param detail in words, such as how it was stopped
public record FaultEvent(
    FaultKind kind, String target, long startNanos, long endNanos, String detail) {
  /// Refuses a fault that ends before it begins.
  public FaultEvent {
    if (endNanos - startNanos < 0) {
      throw new IllegalArgumentException(
          "endNanos: " + endNanos + " (expected: not before startNanos, " + startNanos + ")");
    }
  }
}
