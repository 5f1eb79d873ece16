package dev.carillon.runtime.stream;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/// The content of an [InstanceStream]: makes its frames and takes its answers.
///
/// All methods are called in the stream's context, one at a time. They must not block. What [#next]
/// or [#answered] throws ends the call, as a lost connection does.
///
/// @param <Q> a frame that is sent
/// @param <R> a frame that is received
public interface Exchange<Q, R> {
  /// Begins a call.
  ///
  /// @param responses takes what comes back
  /// @return takes what is sent
  /// @throws IllegalStateException when there is no channel any more
  StreamObserver<Q> open(StreamObserver<R> responses);

  /// Whether there is something to send now.
  boolean hasNext();

  /// The next frame, asked for only when it can be sent at once; null when there is none after all.
  @Nullable Q next();

  /// The peer has answered.
  void answered(R response);

  /// The call is over, and what became of the frames that were not answered is not known. Another
  /// call begins, after a pause, as soon as there is something to send.
  void broken(Status why);
}
