package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.type.v1.Refusal;
import java.util.function.Consumer;

/// An answer that is taken on a session's event loop: at once when it comes there, and by one
/// hand-off when it comes on another thread.
record LoopAnswer<T>(SessionLoop loop, Consumer<T> onAnswer, Consumer<Refusal> onRefusal)
    implements Answer<T> {

  @Override
  public void answered(T value) {
    loop.execute(() -> onAnswer.accept(value));
  }

  @Override
  public void refused(Refusal refusal) {
    loop.execute(() -> onRefusal.accept(refusal));
  }
}
