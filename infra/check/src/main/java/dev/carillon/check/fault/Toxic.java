package dev.carillon.check.fault;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/// What a proxy does to the connections that pass through it.
///
/// @param what in words
/// @param held the ways on which nothing passes; connections stay open, and what was held back
///   passes once it is over, as TCP does after a cut
/// @param delay by which everything passes later, in order
/// @param jitter at most so much more, another for every chunk
/// @param end which connections end, and when
record Toxic(String what, Set<Direction> held, Duration delay, Duration jitter, End end) {
  /// Everything passes as it is.
  static final Toxic NONE = ending("nothing", End.NONE);

  static final Toxic RESET = ending("reset", End.ALL);
  static final Toxic TRUNCATE = ending("truncation", End.HALFWAY);
  static final Toxic REFUSE = ending("refusal", End.NEW);
  static final Toxic BLACKHOLE = holding("blackhole", Set.of(Direction.values()));

  /// Which way bytes go.
  enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  /// Which connections end.
  enum End {
    NONE,
    /// New ones by RST as soon as they are made; the others go on.
    NEW,
    /// Every one by RST at once, new ones as soon as they are made.
    ALL,
    /// Every one after half of its next chunk.
    HALFWAY
  }

  static Toxic latency(Duration delay, Duration jitter) {
    String what =
        "latency of %d to %d ms".formatted(delay.toMillis(), delay.plus(jitter).toMillis());
    return new Toxic(what, Set.of(), delay, jitter, End.NONE);
  }

  static Toxic halfOpen(Direction held) {
    String way = held.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return holding("half-open, nothing passes " + way, Set.of(held));
  }

  private static Toxic holding(String what, Set<Direction> held) {
    return new Toxic(what, held, Duration.ZERO, Duration.ZERO, End.NONE);
  }

  private static Toxic ending(String what, End end) {
    return new Toxic(what, Set.of(), Duration.ZERO, Duration.ZERO, end);
  }
}
