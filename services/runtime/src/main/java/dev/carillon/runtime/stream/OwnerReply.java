package dev.carillon.runtime.stream;

import dev.carillon.type.v1.Refusal;

/// Takes the one answer to a request that went to the owner of a slot.
///
/// Exactly one of the two methods is called, exactly once, on any thread, also before the call that
/// asked has returned. Implementations must not block and must not throw.
///
/// @param <A> what is answered
public interface OwnerReply<A> {
  /// The owner answered.
  void answered(A value);

  /// The owner refused, or it could not be asked.
  void refused(Refusal refusal);
}
