package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Side;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sides that are running; all are stopped at the end, whatever becomes of the others.
final class Sides implements AutoCloseable {
  private final List<Side> running = new ArrayList<>();

  /// Takes a running side.
  void add(Side side) {
    running.add(side);
  }

  /// All of them, in the order in which they came.
  List<Side> all() {
    return List.copyOf(running);
  }

  @Override
  public void close() throws Exception {
    @Nullable Exception failure = null;
    for (Side side : running.reversed()) {
      try {
        side.close();
      } catch (Exception e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
