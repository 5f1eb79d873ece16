package dev.carillon.connection.backend;

import dev.carillon.type.v1.Refusal;

/// Takes the one answer to a question asked of another service.
///
/// Exactly one of the two methods is called, exactly once, on any thread, also before the call that
/// asked has returned. Implementations must not block and must not throw: one that belongs to a
/// connection hops to its event loop.
///
/// @param <T> what is answered
public interface Answer<T> {
  /// The question was answered.
  void answered(T value);

  /// The question was refused, by the service asked or, with the reasons `OVERLOADED`, `TIMEOUT`
  /// and `PEER_UNAVAILABLE`, on the way there.
  void refused(Refusal refusal);
}
