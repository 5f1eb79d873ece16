package dev.carillon.connection.backend;

import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.stream.OwnerItem.OwnerReply;
import dev.carillon.type.v1.Refusal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Takes the one answer to a question asked of another service: the service's own or, as a refusal
/// with the reason `OVERLOADED`, `TIMEOUT` or `PEER_UNAVAILABLE`, what happened on the way there.
///
/// Exactly one of the two methods is called, exactly once, on any thread, also before the call that
/// asked has returned. Implementations must not block and must not throw: one that belongs to a
/// connection hops to its event loop.
///
/// @param <T> what is answered
public interface Answer<T> extends OwnerReply<T> {
  /// Takes the result of a future, of which one argument is null. A future swallows what its
  /// listeners throw, so a bug is logged here.
  default void take(T value, @Nullable Throwable failure) {
    try {
      if (failure == null) {
        answered(value);
      } else {
        refused(Refusals.toFrame(Refusals.of(failure)));
      }
    } catch (RuntimeException | Error bug) {
      LoggerFactory.getLogger(Answer.class).error("an answer could not be taken", bug);
    }
  }

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
