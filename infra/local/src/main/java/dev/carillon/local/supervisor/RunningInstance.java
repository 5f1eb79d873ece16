package dev.carillon.local.supervisor;

import java.util.concurrent.CompletableFuture;

/// One instance of a service that was started.
interface RunningInstance {
  /// The process it runs in.
  long pid();

  /// Completes with a short explanation when it ends by itself.
  CompletableFuture<String> onEnd();

  /// Stops it in good order; returns when it has ended.
  void stop();

  /// Its last lines of output, for an error message; may be empty.
  String lastOutput();
}
