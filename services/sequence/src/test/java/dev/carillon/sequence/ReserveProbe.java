package dev.carillon.sequence;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/// One bare stream of reservations of which a test sees everything: answers, the end, and whether
/// it is pushed back.
final class ReserveProbe implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final ClientCall<ReserveRequest, ReserveResponse> call;
  private final List<ReserveResponse> responses = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private volatile Metadata trailers = new Metadata();
  private boolean completed;

  ReserveProbe(Channel channel) {
    this(channel, Integer.MAX_VALUE);
  }

  private ReserveProbe(Channel channel, int reads) {
    call = channel.newCall(SequenceServiceGrpc.getReserveMethod(), CallOptions.DEFAULT);
    call.start(new Listener(), new Metadata());
    if (reads > 0) {
      call.request(reads);
    }
  }

  static ReserveProbe thatDoesNotRead(Channel channel) {
    return new ReserveProbe(channel, 0);
  }

  void send(ReserveRequest request) {
    call.sendMessage(request);
  }

  /// Sends a request and waits for the next answer.
  ReserveResponse ask(ReserveRequest request) {
    int before = responses.size();
    send(request);
    return awaitResponses(before + 1).get(before);
  }

  static ReserveRequest request(SequenceKey key, int count, long floor) {
    Reservation reservation =
        Reservation.newBuilder()
            .setKey(ByteString.copyFrom(key.toBytes()))
            .setMinCount(count)
            .setFloor(floor)
            .build();
    return ReserveRequest.newBuilder().addReservations(reservation).build();
  }

  Block reserve(SequenceKey key, int count, long floor) {
    return ask(request(key, count, floor)).getGrants(0).getBlock();
  }

  /// Sends until flow control has said stop for a second, or `most` were sent; returns how many
  /// were.
  int sendUntilPushedBack(ReserveRequest request, int most) {
    for (int sent = 0; sent < most; sent++) {
      if (!call.isReady() && !readyWithinASecond()) {
        return sent;
      }
      send(request);
    }
    return most;
  }

  void read(int count) {
    call.request(count);
  }

  List<ReserveResponse> awaitResponses(int count) {
    await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> responses.size() >= count);
    return List.copyOf(responses);
  }

  Status awaitEnd() {
    return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  Metadata trailers() {
    return trailers;
  }

  @Override
  public void close() {
    if (!completed) {
      completed = true;
      call.halfClose();
    }
  }

  private boolean readyWithinASecond() {
    try {
      await().atMost(1, TimeUnit.SECONDS).until(call::isReady);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private final class Listener extends ClientCall.Listener<ReserveResponse> {
    @Override
    public void onMessage(ReserveResponse response) {
      responses.add(response);
    }

    @Override
    public void onClose(Status status, Metadata received) {
      trailers = received;
      end.complete(status);
    }
  }
}
