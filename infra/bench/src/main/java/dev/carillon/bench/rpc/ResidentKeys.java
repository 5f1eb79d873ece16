package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Conversations that all speak once, so that the sequence service has each of them in memory.
public final class ResidentKeys implements StreamObserver<ReserveResponse> {
  private static final int KEYS_OF_A_REQUEST = 500;
  private static final int REQUESTS_AT_A_TIME = 4;
  private static final long PATIENCE_SECONDS = 180;
  private static final int KEY_BYTES = 16;
  // No other key of the bench begins with it.
  private static final long MARK = 0x7265_7369_6465_0000L;

  private final int keys;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private @Nullable StreamObserver<ReserveRequest> stream;
  private int asked;
  private int answered;
  private long refused;

  private ResidentKeys(int keys) {
    this.keys = keys;
  }

  /// Has every key reserve its first block.
  ///
  /// @param address `host:port` of the sequence service
  /// @return how many were refused
  public static long fill(String address, int keys) throws InterruptedException {
    ResidentKeys filling = new ResidentKeys(keys);
    try (Channels channel = new Channels(address, 1)) {
      filling.start(SequenceServiceGrpc.newStub(channel.all().getFirst()).reserve(filling));
      return filling.done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("not every key got its block", e);
    }
  }

  private synchronized void start(StreamObserver<ReserveRequest> opened) {
    stream = opened;
    for (int i = 0; i < REQUESTS_AT_A_TIME; i++) {
      ask();
    }
  }

  private void ask() {
    StreamObserver<ReserveRequest> open = stream;
    if (asked == keys || open == null) {
      return;
    }
    ReserveRequest.Builder request = ReserveRequest.newBuilder().setRequestId(asked);
    for (int i = 0; i < KEYS_OF_A_REQUEST && asked < keys; i++) {
      byte[] key = ByteBuffer.allocate(KEY_BYTES).putLong(MARK).putLong(asked++).array();
      request.addReservations(
          Reservation.newBuilder().setKey(ByteString.copyFrom(key)).setMinCount(1));
    }
    open.onNext(request.build());
  }

  @Override
  public synchronized void onNext(ReserveResponse response) {
    answered += response.getGrantsCount();
    refused += response.getGrantsList().stream().filter(Grant::hasRefusal).count();
    if (answered == keys) {
      done.complete(refused);
    }
    ask();
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {}
}
