package dev.carillon.check.fault;

import java.time.Duration;

/// What a proxy does to the connections that pass through it.
sealed interface Toxic {
  /// Which way bytes go.
  enum Direction {
    TO_SERVER,
    TO_CLIENT;

    Direction opposite() {
      return this == TO_SERVER ? TO_CLIENT : TO_SERVER;
    }
  }

  /// Nothing: everything passes as it is.
  record None() implements Toxic {}

  /// Everything passes later, in order.
  ///
  /// @param delay at least
  /// @param jitter at most so much more, another for every chunk
  record Latency(Duration delay, Duration jitter) implements Toxic {}

  /// Connections end by RST at once, new ones as soon as they are made.
  record Reset() implements Toxic {}

  /// Nothing passes one way; connections stay open, and what was held back passes once it is over,
  /// as TCP does after a cut.
  ///
  /// @param held the way that is closed
  record HalfOpen(Direction held) implements Toxic {}

  /// Nothing passes either way; otherwise as [HalfOpen].
  record Blackhole() implements Toxic {}

  /// Half of the next chunk passes, and the connection ends.
  record Truncate() implements Toxic {}

  /// Connections go on, new ones end by RST as soon as they are made.
  record Refuse() implements Toxic {}

  /// Whether nothing may pass in a direction.
  default boolean holds(Direction direction) {
    return switch (this) {
      case Blackhole _ -> true;
      case HalfOpen(Direction held) -> held == direction;
      case None _, Latency _, Reset _, Truncate _, Refuse _ -> false;
    };
  }
}
