package dev.carillon.message.numbers;

import com.google.protobuf.ByteString;
import dev.carillon.message.conversation.SequenceClient.Wish;
import dev.carillon.runtime.stream.OwnerItem;
import dev.carillon.runtime.stream.OwnerProtocol;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reservations and grants on the stream to a sequence instance. A request is answered as a whole,
/// one grant for each reservation, in their order.
final class ReserveProtocol implements OwnerProtocol<Wish, Block, ReserveRequest, ReserveResponse> {
  private static final int MAX_BATCH = 1_000;

  private final Map<Long, List<OwnerItem<Wish, Block>>> unanswered = new HashMap<>();
  private long lastRequest;

  @Override
  public StreamObserver<ReserveRequest> open(
      Channel channel, StreamObserver<ReserveResponse> responses) {
    unanswered.clear();
    return SequenceServiceGrpc.newStub(channel).reserve(responses);
  }

  @Override
  public @Nullable ReserveRequest encode(Items<Wish, Block> items) {
    List<OwnerItem<Wish, Block>> batch = new ArrayList<>();
    ReserveRequest.Builder request = ReserveRequest.newBuilder().setRequestId(++lastRequest);
    while (batch.size() < MAX_BATCH) {
      OwnerItem<Wish, Block> item = items.take();
      if (item == null) {
        break;
      }
      batch.add(item);
      request.addReservations(reservation(item.request()));
    }
    if (batch.isEmpty()) {
      return null;
    }
    unanswered.put(lastRequest, batch);
    return request.build();
  }

  private static Reservation reservation(Wish wish) {
    return Reservation.newBuilder()
        .setKey(ByteString.copyFrom(wish.conversation().bytes()))
        .setMinCount(wish.minCount())
        .setFloor(wish.floor())
        .build();
  }

  @Override
  public void decode(ReserveResponse response, Answers<Wish, Block> answers) {
    List<OwnerItem<Wish, Block>> batch = unanswered.remove(response.getRequestId());
    if (batch == null) {
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      Grant grant =
          i < response.getGrantsCount() ? response.getGrants(i) : Grant.getDefaultInstance();
      if (grant.hasBlock()) {
        answers.answered(batch.get(i), grant.getBlock());
      } else {
        answers.again(batch.get(i), grant.getRefusal());
      }
    }
  }
}
