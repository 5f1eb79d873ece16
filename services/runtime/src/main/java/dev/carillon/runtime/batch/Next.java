package dev.carillon.runtime.batch;

import java.time.Duration;

/// When a [BatchLoop] runs its step again: what the step answers.
public sealed interface Next {
  /// When something has queued.
  Next WHEN_QUEUED = new WhenQueued();

  /// At once, even with an empty queue: the step has not done all it could.
  Next AT_ONCE = new AtOnce();

  /// When something has queued.
  record WhenQueued() implements Next {}

  /// When something has queued, and after `delay` at the latest, then perhaps with an empty batch.
  record Within(Duration delay) implements Next {}

  /// At once and without a pause, with what has queued, which may be nothing.
  record AtOnce() implements Next {}

  /// After `delay`, with what has queued until then, which may be nothing.
  record NotBefore(Duration delay) implements Next {}

  /// After `delay`, with the same batch again; what queues meanwhile waits behind it.
  record Retry(Duration delay) implements Next {}
}
