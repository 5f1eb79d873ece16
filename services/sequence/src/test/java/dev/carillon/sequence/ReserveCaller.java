package dev.carillon.sequence;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One caller with a stream to every instance it has met, one request at a time. Belongs to one
/// thread.
final class ReserveCaller implements AutoCloseable {
  private static final long ANSWER_SECONDS = 5;

  private final Cluster cluster;
  private final Map<String, Stream> streams = new HashMap<>();
  private long requests;

  ReserveCaller(Cluster cluster) {
    this.cluster = cluster;
  }

  /// Reserves numbers at the slot's owner.
  ///
  /// @throws Refusal when there is no owner, it refused, or the stream broke
  Block reserve(SequenceKey key, int count) {
    String address =
        cluster
            .table()
            .ownerOf(key.slot())
            .orElseThrow(() -> new Refusal(SlotReason.SLOT_UNREACHABLE, "no owner"))
            .address();
    ReserveRequest request =
        ReserveRequest.newBuilder()
            .setRequestId(++requests)
            .addReservations(
                Reservation.newBuilder()
                    .setKey(ByteString.copyFrom(key.toBytes()))
                    .setMinCount(count))
            .build();
    try {
      Stream stream = streams.computeIfAbsent(address, Stream::new);
      return block(stream.ask(request).getGrants(0));
    } catch (Refusal refusal) {
      SlotMoved.of(refusal).ifPresent(cluster.table()::learn);
      if (!refusal.is(SlotReason.SLOT_MOVED)) {
        streams.remove(address);
      }
      throw refusal;
    }
  }

  @Override
  public void close() {
    streams.values().forEach(Stream::end);
  }

  private static Block block(Grant grant) {
    if (grant.hasBlock()) {
      return grant.getBlock();
    }
    throw new Refusal(
        new ForeignReason(grant.getRefusal().getReason(), Kind.UNAVAILABLE),
        grant.getRefusal().getMessage(),
        grant.getRefusal().getMetadataMap());
  }

  /// One stream to one instance.
  private final class Stream implements StreamObserver<ReserveResponse> {
    private final BlockingQueue<CompletableFuture<ReserveResponse>> waiting =
        new ArrayBlockingQueue<>(1);
    private final StreamObserver<ReserveRequest> requests;
    private volatile boolean broken;

    Stream(String address) {
      requests = SequenceServiceGrpc.newStub(cluster.channel(address)).reserve(this);
    }

    ReserveResponse ask(ReserveRequest request) {
      CompletableFuture<ReserveResponse> answer = new CompletableFuture<>();
      waiting.add(answer);
      if (broken) {
        throw new Refusal(RuntimeReason.PEER_UNAVAILABLE, "the stream broke");
      }
      requests.onNext(request);
      try {
        return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException(e);
      } catch (ExecutionException e) {
        throw Refusals.of(e);
      } catch (TimeoutException e) {
        end();
        throw new Refusal(RuntimeReason.DEADLINE_EXCEEDED, "no answer", e);
      }
    }

    void end() {
      if (!broken) {
        requests.onCompleted();
      }
    }

    @Override
    public void onNext(ReserveResponse response) {
      CompletableFuture<ReserveResponse> answer = waiting.remove();
      answer.complete(response);
    }

    @Override
    public void onError(Throwable failure) {
      failed(failure);
    }

    @Override
    public void onCompleted() {
      failed(new Refusal(RuntimeReason.PEER_UNAVAILABLE, "the stream was completed"));
    }

    private void failed(Throwable failure) {
      broken = true;
      CompletableFuture<ReserveResponse> answer = waiting.poll();
      if (answer != null) {
        answer.completeExceptionally(failure);
      }
    }
  }
}
