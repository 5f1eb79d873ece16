package dev.carillon.connection;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.v1.EndSessionsResponse;
import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.type.v1.Refusal;
import io.grpc.stub.StreamObserver;

/// Answers EndSessions with how many sessions were ended, or why that is not known.
record EndSessionsAnswer(StreamObserver<EndSessionsResponse> responses) implements Answer<Integer> {
  @Override
  public void answered(Integer ended) {
    responses.onNext(EndSessionsResponse.newBuilder().setEnded(ended).build());
    responses.onCompleted();
  }

  @Override
  public void refused(Refusal refusal) {
    responses.onError(
        Refusals.toStatusException(
            new dev.carillon.runtime.errors.Refusal(
                new ForeignReason(refusal.getReason(), Kind.UNAVAILABLE), refusal.getMessage())));
  }
}
