package dev.carillon.runtime.grpc;

import com.google.protobuf.ByteString;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.NextNumbersResponse;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import java.util.function.Function;

/// A service of the real contract that does what a test tells it.
final class ScriptedSequence extends SequenceServiceGrpc.SequenceServiceImplBase {
  static final NextNumbersRequest REQUEST =
      NextNumbersRequest.newBuilder().setKey(ByteString.copyFromUtf8("key")).build();

  private final Function<NextNumbersRequest, Long> unary;
  private final Consumer<ReserveRequest> stream;

  ScriptedSequence(Function<NextNumbersRequest, Long> unary, Consumer<ReserveRequest> stream) {
    this.unary = unary;
    this.stream = stream;
  }

  static ScriptedSequence answering(Function<NextNumbersRequest, Long> unary) {
    return new ScriptedSequence(unary, request -> {});
  }

  @Override
  public void nextNumbers(
      NextNumbersRequest request, StreamObserver<NextNumbersResponse> observer) {
    long first = unary.apply(request);
    Block block = Block.newBuilder().setFirst(first).setLast(first).build();
    observer.onNext(NextNumbersResponse.newBuilder().setBlock(block).build());
    observer.onCompleted();
  }

  @Override
  public StreamObserver<ReserveRequest> reserve(StreamObserver<ReserveResponse> observer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ReserveRequest request) {
        stream.accept(request);
        observer.onNext(ReserveResponse.newBuilder().setRequestId(request.getRequestId()).build());
      }

      @Override
      public void onError(Throwable failure) {
        // The caller is gone.
      }

      @Override
      public void onCompleted() {
        observer.onCompleted();
      }
    };
  }
}
