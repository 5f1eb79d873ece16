package dev.carillon.connection;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.ConnectionStep;
import dev.carillon.connection.session.Deliveries;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.DeliveryServiceGrpc;
import dev.carillon.connection.v1.EndSessionsRequest;
import dev.carillon.connection.v1.EndSessionsResponse;
import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.stream.CreditedStream;
import dev.carillon.runtime.stream.CreditedStream.OpenStreams;
import io.grpc.stub.StreamObserver;

/// Answers what the other services ask of a gateway.
final class DeliveryRpc extends DeliveryServiceGrpc.DeliveryServiceImplBase {
  /// How many batches of one stream may be in work; more wait in the caller.
  private static final int BATCHES_IN_WORK = 16;

  private final Deliveries deliveries;
  private final SessionEnder ender;
  private final FailPoints failPoints;
  private final OpenStreams streams = new OpenStreams();

  DeliveryRpc(Deliveries deliveries, SessionEnder ender, FailPoints failPoints) {
    this.deliveries = deliveries;
    this.failPoints = failPoints;
    this.ender = ender;
  }

  @Override
  public StreamObserver<DeliverRequest> deliver(StreamObserver<DeliverResponse> responses) {
    return streams.begin(new DeliverStream(responses));
  }

  @Override
  public void endSessions(
      EndSessionsRequest request, StreamObserver<EndSessionsResponse> responses) {
    ender.end(
        request,
        Answer.of(
            ended -> {
              responses.onNext(EndSessionsResponse.newBuilder().setEnded(ended).build());
              responses.onCompleted();
            },
            refusal ->
                responses.onError(
                    Refusals.toStatusException(
                        new Refusal(
                            new ForeignReason(refusal.getReason(), Kind.UNAVAILABLE),
                            refusal.getMessage())))));
  }

  /// Ends all streams, because the gateway drains: callers look for the devices elsewhere.
  void drain() {
    streams.drain();
  }

  /// One caller's stream of batches.
  private final class DeliverStream extends CreditedStream<DeliverRequest, DeliverResponse> {
    DeliverStream(StreamObserver<DeliverResponse> caller) {
      super(caller, BATCHES_IN_WORK);
    }

    @Override
    protected void received(DeliverRequest request) {
      // What it throws ends the stream, as a lost gateway does.
      failPoints.at(ConnectionStep.DELIVER_BEFORE_HAND);
      deliveries.hand(request, this::respond);
    }

    private void respond(DeliverResponse response) {
      try {
        failPoints.at(ConnectionStep.DELIVER_AFTER_HAND);
        answer(response, 1);
      } catch (Refusal lost) {
        end(lost);
      }
    }
  }
}
