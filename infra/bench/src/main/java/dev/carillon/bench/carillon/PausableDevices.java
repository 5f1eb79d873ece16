package dev.carillon.bench.carillon;

import dev.carillon.bench.load.Crowd;
import java.util.function.IntPredicate;

/// A crowd of which some stop, as if their processes had been paused.
public interface PausableCrowd extends Crowd {
  /// Has devices neither read nor send any more. When they receive something says nothing about the
  /// others, so it is checked but not timed.
  void pause(IntPredicate devices);

  /// Has everybody go on.
  void goOn();
}
