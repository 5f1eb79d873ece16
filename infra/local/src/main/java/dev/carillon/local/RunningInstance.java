package dev.carillon.local;

import java.util.concurrent.CompletableFuture;

/// One instance of a service that was started.
interface RunningInstance {
  /// The process it runs in.
  long pid();

  /// Completes with a short account when it ends without having been asked to.
  CompletableFuture<String> onEnd();

  /// Stops it in good order; returns when it is gone.
  void stop();

  /// What it said last, for an error message; may be empty.
  String lastOutput();
}
