package dev.carillon.message.numbers;

import dev.carillon.message.numbers.GrpcSequenceClient.Ask;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One stream of reservations to one sequence instance; thread-safe.
final class GrpcReserveStream {
  private final Listener listener;
  private final ClientCallStreamObserver<ReserveRequest> requests;
  private final Map<Long, Sent> unanswered = new LinkedHashMap<>();
  private long lastId;
  private @Nullable String ended;

  /// Takes what comes back; called on any thread.
  interface Listener {
    /// The answer to some asks, one grant each, in their order.
    void onAnswer(List<Ask> asks, List<Grant> grants);

    /// The stream is over; these asks were not answered.
    void onEnd(GrpcReserveStream stream, List<Ask> unanswered, String why);
  }

  private record Sent(List<Ask> asks, long at) {}

  GrpcReserveStream(Channel channel, Listener listener) {
    this.listener = listener;
    this.requests =
        (ClientCallStreamObserver<ReserveRequest>)
            SequenceServiceGrpc.newStub(channel).reserve(new Answers());
  }

  /// Sends a batch; its asks are answered one by one, or all handed back with the end of the
  /// stream.
  void send(List<Ask> asks, long now) {
    String why;
    synchronized (this) {
      why = ended;
      if (why == null) {
        lastId++;
        unanswered.put(lastId, new Sent(asks, now));
        ReserveRequest.Builder request = ReserveRequest.newBuilder().setRequestId(lastId);
        asks.forEach(ask -> request.addReservations(ask.toReservation()));
        requests.onNext(request.build());
      }
    }
    if (why != null) {
      listener.onEnd(this, asks, why);
    }
  }

  /// Whether something sent before `moment` is still not answered.
  synchronized boolean waitsSince(long moment) {
    return !unanswered.isEmpty() && unanswered.values().iterator().next().at() - moment < 0;
  }

  void cancel() {
    requests.cancel("given up", null);
    end("no answer in time");
  }

  private void end(String why) {
    List<Ask> left;
    synchronized (this) {
      if (ended != null) {
        return;
      }
      ended = why;
      left = unanswered.values().stream().flatMap(sent -> sent.asks().stream()).toList();
      unanswered.clear();
    }
    listener.onEnd(this, left, why);
  }

  private synchronized @Nullable Sent answered(long requestId) {
    return unanswered.remove(requestId);
  }

  /// What the instance sends back.
  private final class Answers implements ClientResponseObserver<ReserveRequest, ReserveResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<ReserveRequest> stream) {
      // Nothing to set: answers are as bounded as what was asked.
    }

    @Override
    public void onNext(ReserveResponse response) {
      Sent sent = answered(response.getRequestId());
      if (sent == null) {
        return;
      }
      listener.onAnswer(sent.asks(), response.getGrantsList());
    }

    @Override
    public void onError(Throwable failure) {
      end(Refusals.of(failure).reason().name());
    }

    @Override
    public void onCompleted() {
      end("the stream was closed");
    }
  }
}
