package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One stream of reservations that is kept full: as soon as one is answered the next one is asked
/// for.
///
/// Each place in the stream's window has a key of its own, so at most one request for a key is in
/// flight and every block must begin above the one before.
final class ReservePump implements StreamObserver<ReserveResponse> {
  private static final int KEY_BYTES = 16;

  private final ReserveRequest[] requests;
  private final long[] last;
  private final Tally tally;
  private @Nullable StreamObserver<ReserveRequest> stream;
  private volatile boolean ending;

  /// What all streams count together.
  ///
  /// @param grants how many blocks were granted
  /// @param numbers how many numbers they held
  /// @param refusals how many were refused
  /// @param repeats how often a block did not begin above the one before
  record Tally(LongAdder grants, LongAdder numbers, LongAdder refusals, LongAdder repeats) {
    Tally() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /// @param number of the stream
  /// @param window how many requests are in flight
  /// @param count how many numbers each asks for
  ReservePump(int number, int window, int count, Tally tally) {
    this.requests = new ReserveRequest[window];
    this.last = new long[window];
    this.tally = tally;
    for (int place = 0; place < window; place++) {
      byte[] key = ByteBuffer.allocate(KEY_BYTES).putLong(number + 1).putLong(place).array();
      requests[place] =
          ReserveRequest.newBuilder()
              .setRequestId(place)
              .addReservations(
                  Reservation.newBuilder().setKey(ByteString.copyFrom(key)).setMinCount(count))
              .build();
    }
  }

  /// Opens the stream and fills it.
  void start(ManagedChannel channel) {
    StreamObserver<ReserveRequest> opened = SequenceServiceGrpc.newStub(channel).reserve(this);
    stream = opened;
    for (ReserveRequest request : requests) {
      opened.onNext(request);
    }
  }

  /// Asks for nothing more.
  void end() {
    ending = true;
  }

  @Override
  public void onNext(ReserveResponse answer) {
    int place = (int) answer.getRequestId();
    Grant grant = answer.getGrants(0);
    if (grant.hasBlock()) {
      tally.grants().increment();
      tally.numbers().add(grant.getBlock().getLast() - grant.getBlock().getFirst() + 1);
      if (grant.getBlock().getFirst() <= last[place]) {
        tally.repeats().increment();
      }
      last[place] = grant.getBlock().getLast();
    } else {
      tally.refusals().increment();
    }
    StreamObserver<ReserveRequest> open = stream;
    if (open != null && !ending) {
      open.onNext(requests[place]);
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (!ending) {
      tally.refusals().increment();
    }
  }

  @Override
  public void onCompleted() {}
}
