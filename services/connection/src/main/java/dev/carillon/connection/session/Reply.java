package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.util.function.Function;

/// Turns the answer of another service into the frame that answers a device's request.
///
/// @param session whose request it is; it has been taken on
/// @param frame the frame for an answer
/// @param refusedFrame the frame for a refusal
record Reply<T>(
    Session session, Function<T, ServerFrame> frame, Function<Refusal, ServerFrame> refusedFrame)
    implements Answer<T> {

  @Override
  public void answered(T value) {
    session.answer(frame.apply(value));
  }

  @Override
  public void refused(Refusal refusal) {
    session.answer(refusedFrame.apply(refusal));
  }
}
