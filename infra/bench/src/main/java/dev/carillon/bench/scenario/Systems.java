package dev.carillon.bench.scenario;

import dev.carillon.bench.load.MeasuredSystem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The running systems that are compared; all are stopped at the end, even if one fails to stop.
final class Systems implements AutoCloseable {
  private final List<MeasuredSystem> running = new ArrayList<>();

  /// Adds a running system.
  void add(MeasuredSystem side) {
    running.add(side);
  }

  /// All of them, in the order in which they were added.
  List<MeasuredSystem> all() {
    return List.copyOf(running);
  }

  @Override
  public void close() throws Exception {
    @Nullable Exception failure = null;
    for (MeasuredSystem side : running.reversed()) {
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
