package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.stream.CreditedStream;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
    take(request.getRequestId(), numberRequests(request));
  }

  private static List<NumberRequest> numberRequests(ReserveRequest request) {
    List<NumberRequest> requests =
        request.getReservationsList().stream().map(GrpcReserveStream::numberRequest).toList();
    Set<SequenceKey> keys = new HashSet<>();
    for (NumberRequest each : requests) {
      if (requests.size() > 1 && !keys.add(each.key())) {
        throw new Refusal(
            RuntimeReason.REQUEST_INVALID,
            "reservations: key " + each.key() + " twice (expected: each key at most once)");
      }
    }
    return requests;
  }

  private static NumberRequest numberRequest(Reservation reservation) {
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

  private void take(long requestId, List<NumberRequest> requests) {
    @Nullable Outcome[] outcomes = new @Nullable Outcome[requests.size()];
    AtomicInteger open = new AtomicInteger(outcomes.length);
    for (int i = 0; i < outcomes.length; i++) {
      int index = i;
      service.take(
          requests.get(i),
          outcome -> {
            outcomes[index] = outcome;
            // The thread that brings the count to zero sees all outcomes and answers.
            if (open.decrementAndGet() == 0) {
              answer(response(requestId, outcomes), 1);
            }
          });
    }
  }

  private static ReserveResponse response(long requestId, @Nullable Outcome[] outcomes) {
    ReserveResponse.Builder response = ReserveResponse.newBuilder().setRequestId(requestId);
    for (@Nullable Outcome outcome : outcomes) {
      response.addGrants(grant(Objects.requireNonNull(outcome)));
    }
    return response.build();
  }

  static Block block(Outcome.Block block) {
    return Block.newBuilder().setFirst(block.first()).setLast(block.last()).build();
  }

  /// Asking again is always safe here: at worst numbers are skipped.
  private static Grant grant(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Block block -> Grant.newBuilder().setBlock(block(block)).build();
      case Outcome.Refused(Refusal refusal) ->
          Grant.newBuilder()
              .setRefusal(
                  Refusals.toFrame(refusal).toBuilder()
                      .setMessage(refusal.text())
                      .setRetryable(true))
              .build();
    };
  }
}
