package dev.carillon.connection.backend;

import dev.carillon.runtime.stream.OwnerItem.OwnerReply;
import dev.carillon.type.v1.Refusal;
import java.util.function.Consumer;

/// Takes the one answer to a question asked of another service: the service's own or, as a refusal
/// with the reason `OVERLOADED`, `TIMEOUT` or `PEER_UNAVAILABLE`, what happened on the way there.
///
/// Exactly one of the two methods is called, exactly once, on any thread, also before the call that
/// asked has returned. Implementations must not block and must not throw: one that belongs to a
/// connection hops to its event loop.
///
/// @param <T> what is answered
public interface Answer<T> extends OwnerReply<T> {
  /// Gives the answer to `onAnswer` and a refusal to `onRefusal`.
  static <T> Answer<T> of(Consumer<T> onAnswer, Consumer<Refusal> onRefusal) {
    return new Answer<>() {
      @Override
      public void answered(T value) {
        onAnswer.accept(value);
      }

      @Override
      public void refused(Refusal refusal) {
        onRefusal.accept(refusal);
      }
    };
  }
}
