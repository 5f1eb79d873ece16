package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.stream.CreditedStream;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One caller's stream of reservations.
///
/// Requests come in on the event loop; answers leave from there when memory has the numbers, else
/// from a writer's thread. A caller may have [#MAX_UNANSWERED] requests unanswered.
final class GrpcReserveStream extends CreditedStream<ReserveRequest, ReserveResponse> {
  static final int MAX_UNANSWERED = 64;

  private final SequenceService service;

  GrpcReserveStream(SequenceService service, StreamObserver<ReserveResponse> caller) {
    super(caller, MAX_UNANSWERED);
    this.service = service;
  }

  @Override
  protected void received(ReserveRequest request) {
    RequestValidator.shared().check(request);
    new Batch(request.getRequestId(), demands(request)).take();
  }

  private static List<NumberRequest> demands(ReserveRequest request) {
    List<NumberRequest> demands =
        request.getReservationsList().stream().map(GrpcReserveStream::demand).toList();
    Set<SequenceKey> keys = new HashSet<>();
    for (NumberRequest demand : demands) {
      if (demands.size() > 1 && !keys.add(demand.key())) {
        throw new Refusal(
            RuntimeReason.REQUEST_INVALID,
            "reservations: key " + demand.key() + " twice (expected: each key at most once)");
      }
    }
    return demands;
  }

  private static NumberRequest demand(Reservation reservation) {
    if (reservation.getFloor() > NumberRequest.MAX_FLOOR) {
      throw new Refusal(
          RuntimeReason.REQUEST_INVALID,
          "floor: " + reservation.getFloor() + " (expected: 0 to " + NumberRequest.MAX_FLOOR + ")");
    }
    return new NumberRequest(
        new SequenceKey(reservation.getKey().toByteArray()),
        reservation.getMinCount(),
        false,
        reservation.getFloor());
  }

  /// One request on its way to its answer.
  private final class Batch implements GrantCallback {
    private final long requestId;
    private final List<NumberRequest> demands;
    private final @Nullable Outcome[] outcomes;
    private final AtomicInteger open;

    Batch(long requestId, List<NumberRequest> demands) {
      this.requestId = requestId;
      this.demands = demands;
      this.outcomes = new @Nullable Outcome[demands.size()];
      this.open = new AtomicInteger(demands.size());
    }

    void take() {
      int settled = 0;
      for (int i = 0; i < outcomes.length; i++) {
        @Nullable Outcome outcome = service.take(demands.get(i), this, i);
        if (outcome != null) {
          outcomes[i] = outcome;
          settled++;
        }
      }
      closed(settled);
    }

    @Override
    public void settle(int index, Outcome outcome) {
      outcomes[index] = outcome;
      closed(1);
    }

    /// The thread that brings the count to zero sees all outcomes and answers.
    private void closed(int settled) {
      if (settled > 0 && open.addAndGet(-settled) == 0) {
        answer(GrpcGrants.response(requestId, outcomes), 1);
      }
    }
  }
}
