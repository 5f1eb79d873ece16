package dev.carillon.connection.refusal;

import dev.carillon.type.v1.Refusal;

/// Makes refusals in the form in which they travel inside streams.
public final class Refusals {
  private Refusals() {}

  /// A refusal for `error`; `message` says the value and what was expected, never message content.
  public static Refusal of(ConnectionError error, String message) {
    return Refusal.newBuilder()
        .setReason(error.name())
        .setMessage(message)
        .setRetryable(error.kind().retryable())
        .build();
  }

  /// The refusal as an exception of the runtime says it.
  public static Refusal of(dev.carillon.runtime.errors.Refusal refusal) {
    return dev.carillon.runtime.grpc.Refusals.toFrame(refusal);
  }
}
