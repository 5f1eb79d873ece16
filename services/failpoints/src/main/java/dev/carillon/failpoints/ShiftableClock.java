package dev.carillon.failpoints;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The wall clock of this machine, which a test may make jump. Thread-safe.
final class ShiftableClock implements InstantSource {
  private final InstantSource real;
  private volatile Duration offset = Duration.ZERO;

  /// Not shifted yet.
  ShiftableClock(InstantSource real) {
    this.real = real;
  }

  @Override
  public Instant instant() {
    return real.instant().plus(offset);
  }

  /// How far it is ahead of the machine's; negative when it is behind.
  Duration offset() {
    return offset;
  }

  /// Makes it jump, to so far ahead of the machine's.
  void shift(Duration newOffset) {
    offset = newOffset;
  }
}
