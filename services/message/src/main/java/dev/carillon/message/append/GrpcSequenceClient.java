package dev.carillon.message.append;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.OwnerLookup;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.stream.OwnerItem;
import dev.carillon.runtime.stream.OwnerItem.OwnerReply;
import dev.carillon.runtime.stream.OwnerProtocol;
import dev.carillon.runtime.stream.OwnerStreams;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reserves numbers at the owners of their conversations' slots, over one stream to each.
///
/// Whatever is not answered, because a slot moved, an owner died or an answer is late, is asked
/// again until the limit; numbers granted to a lost answer are skipped.
public final class GrpcSequenceClient implements SequenceClient, AutoCloseable {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
  private static final int MAX_WISHES = 100_000;

  private final OwnerStreams<Wish, Block> owners;

  /// @param slots who owns a key's slot
  /// @param channels a channel to an address, with the callbacks of its calls on an event loop
  /// @param limit how long a wish is pursued
  /// @param timer an event loop
  /// @param nanos a monotonic clock in nanoseconds
  /// @param interval how long a busy stream pauses between requests
  public GrpcSequenceClient(
      OwnerLookup slots,
      Function<String, Channel> channels,
      Duration limit,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      BatchInterval interval) {
    OwnerStreams.Limits limits = new OwnerStreams.Limits(limit, ANSWER_LIMIT, MAX_WISHES);
    this.owners =
        new OwnerStreams<>(slots, channels, ReserveProtocol::new, limits, timer, nanos, interval);
  }

  @Override
  public void reserve(List<Wish> wishes, Grants grants) {
    owners.send(wishes.stream().map(wish -> item(wish, grants)).toList());
  }

  private static OwnerItem<Wish, Block> item(Wish wish, Grants grants) {
    int slot = Slots.of(wish.conversation().bytes());
    return new OwnerItem<>(slot, wish, new Granting(wish, grants));
  }

  /// Stops; whatever is not answered fails.
  @Override
  public void close() throws Exception {
    owners.close();
  }

  /// Gives one wish its grant.
  private record Granting(Wish wish, Grants grants) implements OwnerReply<Block> {
    @Override
    public void answered(Block block) {
      grants.granted(wish.conversation(), block.getFirst(), block.getLast());
    }

    @Override
    public void refused(Refusal refusal) {
      grants.failed(wish.conversation(), "sequence: " + refusal.getMessage());
    }
  }

  /// Reservations and grants on the stream to a sequence instance. A request is answered as a
  /// whole, one grant for each reservation, in their order.
  private static final class ReserveProtocol
      implements OwnerProtocol<Wish, Block, ReserveRequest, ReserveResponse> {
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
}
