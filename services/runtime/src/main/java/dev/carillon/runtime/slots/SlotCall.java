package dev.carillon.runtime.slots;

import io.grpc.Channel;
import io.grpc.Deadline;

/// One attempt at a call to the owner of a slot.
@FunctionalInterface
public interface SlotCall<T> {
  /// Makes the call on `channel`, giving up at `deadline`; throws what the stub throws.
  T attempt(Channel channel, Deadline deadline);
}
