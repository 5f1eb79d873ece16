package dev.carillon.connection;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.Deliveries;
import dev.carillon.connection.session.SessionLoop;
import dev.carillon.connection.session.SessionLoops;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.DeliveryServiceGrpc;
import dev.carillon.connection.v1.EndSessionsRequest;
import dev.carillon.connection.v1.EndSessionsResponse;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.grpc.Refusals;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Answers what the other services ask of a gateway.
final class DeliveryRpc extends DeliveryServiceGrpc.DeliveryServiceImplBase
    implements AutoCloseable {
  /// How many batches of one stream may be in work; more wait in the caller.
  private static final int BATCHES_IN_WORK = 16;

  private final Deliveries deliveries;
  private final SessionLoops loops;
  private final SessionEnder ender;
  private final FailPoints failPoints;
  private final Set<DeliverStream> streams = ConcurrentHashMap.newKeySet();

  DeliveryRpc(
      Deliveries deliveries, SessionLoops loops, SessionEnder ender, FailPoints failPoints) {
    this.deliveries = deliveries;
    this.failPoints = failPoints;
    this.loops = loops;
    this.ender = ender;
  }

  @Override
  public StreamObserver<DeliverRequest> deliver(StreamObserver<DeliverResponse> responses) {
    ServerCallStreamObserver<DeliverResponse> call =
        (ServerCallStreamObserver<DeliverResponse>) responses;
    DeliverStream stream = new DeliverStream(call, loops.currentOrNext());
    streams.add(stream);
    call.disableAutoRequest();
    call.setOnCancelHandler(() -> streams.remove(stream));
    call.request(BATCHES_IN_WORK);
    return stream;
  }

  @Override
  public void endSessions(
      EndSessionsRequest request, StreamObserver<EndSessionsResponse> responses) {
    ender.end(request, new EndSessionsAnswer(responses));
  }

  /// Ends all streams, because the gateway drains: callers look for the devices elsewhere.
  @Override
  public void close() {
    streams.forEach(DeliverStream::shutDown);
  }

  /// One caller's stream. Responses are written on one event loop, one at a time.
  private final class DeliverStream implements StreamObserver<DeliverRequest> {
    private final ServerCallStreamObserver<DeliverResponse> call;
    private final SessionLoop loop;
    private boolean closed;

    DeliverStream(ServerCallStreamObserver<DeliverResponse> call, SessionLoop loop) {
      this.call = call;
      this.loop = loop;
    }

    @Override
    public void onNext(DeliverRequest request) {
      // What it throws ends the stream, as a lost gateway does.
      failPoints.at(FailPoint.CONNECTION_DELIVER_BEFORE_HAND);
      deliveries.hand(request, response -> loop.execute(() -> respond(response)));
    }

    @Override
    public void onError(Throwable failure) {
      streams.remove(this);
    }

    @Override
    public void onCompleted() {
      streams.remove(this);
      loop.execute(() -> {
        if (!closed) {
          closed = true;
          call.onCompleted();
        }
      });
    }

    void shutDown() {
      streams.remove(this);
      loop.execute(() -> {
        if (!closed && !call.isCancelled()) {
          closed = true;
          call.onError(
              Refusals.toStatusException(
                  new Refusal(ConnectionError.DRAINING, "this gateway is going away")));
        }
      });
    }

    private void respond(DeliverResponse response) {
      failPoints.at(FailPoint.CONNECTION_DELIVER_AFTER_HAND);
      if (!closed && !call.isCancelled()) {
        call.onNext(response);
        call.request(1);
      }
    }
  }
}
