package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.stream.CreditedStream.OpenStreams;
import dev.carillon.sequence.v1.GetHighWaterMarkRequest;
import dev.carillon.sequence.v1.GetHighWaterMarkResponse;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.NextNumbersResponse;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc.SequenceServiceImplBase;
import io.grpc.stub.StreamObserver;

/// Answers the RPCs of the sequence service; no method blocks.
final class SequenceRpc extends SequenceServiceImplBase {
  private final SequenceService service;
  private final OpenStreams streams = new OpenStreams();

  SequenceRpc(SequenceService service) {
    this.service = service;
  }

  @Override
  public StreamObserver<ReserveRequest> reserve(StreamObserver<ReserveResponse> responses) {
    return streams.begin(new GrpcReserveStream(service, responses));
  }

  @Override
  public void nextNumbers(
      NextNumbersRequest request, StreamObserver<NextNumbersResponse> responses) {
    NumberRequest wanted =
        new NumberRequest(
            new SequenceKey(request.getKey().toByteArray()),
            Math.max(1, request.getCount()),
            true,
            0);
    service.take(wanted, outcome -> answer(outcome, responses));
  }

  @Override
  public void getHighWaterMark(
      GetHighWaterMarkRequest request, StreamObserver<GetHighWaterMarkResponse> responses) {
    service
        .highWaterMark(new SequenceKey(request.getKey().toByteArray()))
        .whenComplete((mark, failure) -> {
          if (failure == null) {
            responses.onNext(GetHighWaterMarkResponse.newBuilder().setHighWaterMark(mark).build());
            responses.onCompleted();
          } else {
            responses.onError(Refusals.toStatusException(Refusals.of(failure)));
          }
        });
  }

  /// Ends every stream as soon as what was read from it is answered.
  void drain() {
    streams.drain();
  }

  private static void answer(Outcome outcome, StreamObserver<NextNumbersResponse> responses) {
    switch (outcome) {
      case Outcome.Block block -> {
        responses.onNext(
            NextNumbersResponse.newBuilder().setBlock(GrpcReserveStream.block(block)).build());
        responses.onCompleted();
      }
      case Outcome.Refused(Refusal refusal) ->
          responses.onError(Refusals.toStatusException(refusal));
    }
  }
}
