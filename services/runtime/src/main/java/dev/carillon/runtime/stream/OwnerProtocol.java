package dev.carillon.runtime.stream;

import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/// How requests and answers look on the long stream of one service; one for each stream.
///
/// Called in the context of its [OwnerStreams], one method at a time; must not block. What is
/// thrown ends the call, as a lost connection does.
///
/// @param <T> a request
/// @param <A> its answer
/// @param <Q> a frame with requests
/// @param <R> a frame with answers
public interface OwnerProtocol<T, A, Q, R> {
  /// Begins a call; no answer to an earlier one comes any more.
  StreamObserver<Q> open(Channel channel, StreamObserver<R> responses);

  /// A frame with as many items as it may hold.
  ///
  /// @return null when `items` gives none
  @Nullable Q encode(Items<T, A> items);

  /// Says of every item that the frame answers what became of it.
  void decode(R response, Answers<T, A> answers);

  /// The items that wait to be sent.
  interface Items<T, A> {
    /// The next item to send, which counts as sent; null when there is none.
    @Nullable OwnerItem<T, A> take();
  }

  /// The receiver of answers. Answers to items that have one already, or are on another stream by
  /// now, are ignored.
  interface Answers<T, A> {
    /// The item with this id; null when it is not waited for on this stream.
    @Nullable OwnerItem<T, A> item(long id);

    /// The owner answered.
    void answered(OwnerItem<T, A> item, A answer);

    /// The owner refused for good.
    void refused(OwnerItem<T, A> item, Refusal refusal);

    /// The owner refused for now, or said nothing: the item is sent again, wherever its owner is.
    void again(OwnerItem<T, A> item, Refusal refusal);
  }
}
