package dev.carillon.runtime.batch;

import java.util.List;

/// The work of a [BatchLoop] on one batch.
@FunctionalInterface
public interface BatchStep<T> {
  /// Works on a batch, always on the loop's thread. What it throws is a bug: it is logged, and the
  /// loop goes on with what is queued.
  ///
  /// @param batch in the order of queueing; empty when the step or [BatchLoop#wake] asked for a run
  ///   and nothing had queued. The step may keep it.
  /// @throws InterruptedException when the loop is closed meanwhile; it ends the loop
  Next run(List<T> batch) throws InterruptedException;
}
