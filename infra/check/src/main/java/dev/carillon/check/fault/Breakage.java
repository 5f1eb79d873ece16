package dev.carillon.check.fault;

import java.time.Duration;

/// A fault that has begun and is not healed yet.
///
/// @param target what it hit
/// @param detail in words
/// @param length how long it is to last before it is healed
/// @param healing ends it
record Breakage(String target, String detail, Duration length, Healing healing) {
  /// Ends a fault; returns when it has ended.
  @FunctionalInterface
  interface Healing {
    void heal() throws Exception;
  }
}
