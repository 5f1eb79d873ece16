package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.util.function.Consumer;
import java.util.function.Function;

/// Turns the answer of another service into the frame that answers a device's request.
///
/// @param requestId the device's number of the request
/// @param frame the frame for an answer; a refusal becomes a Refused
/// @param to takes the frame, on any thread
record Reply<T>(long requestId, Function<T, ServerFrame> frame, Consumer<ServerFrame> to)
    implements Answer<T> {

  @Override
  public void answered(T value) {
    to.accept(frame.apply(value));
  }

  @Override
  public void refused(Refusal refusal) {
    to.accept(refused(requestId, refusal));
  }

  /// The frame that refuses a request.
  static ServerFrame refused(long requestId, Refusal refusal) {
    return ServerFrame.newBuilder()
        .setRefused(Refused.newBuilder().setRequestId(requestId).setRefusal(refusal))
        .build();
  }
}
