package dev.carillon.message.numbers;

import dev.carillon.message.conversation.SequenceClient;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.stream.OwnerItem;
import dev.carillon.runtime.stream.OwnerReply;
import dev.carillon.runtime.stream.OwnerStreams;
import dev.carillon.sequence.v1.Block;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Reserves numbers at the owners of their conversations' slots, over one stream to each.
///
/// Whatever is not answered, because a slot moved, an owner died or an answer is late, is asked
/// again until the limit; numbers granted to a lost answer are skipped.
public final class GrpcSequenceClient implements SequenceClient, AutoCloseable {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  private static final int MAX_WISHES = 100_000;

  private final OwnerStreams<Wish, Block> owners;

  /// @param table tells who owns a key's slot
  /// @param channels a channel to an address, with the callbacks of its calls on an event loop
  /// @param limit how long a wish is pursued
  /// @param timer an event loop
  /// @param nanos a monotonic clock in nanoseconds
  /// @param interval how long a busy stream pauses between requests
  public GrpcSequenceClient(
      SlotTable table,
      Function<String, Channel> channels,
      Duration limit,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      BatchInterval interval) {
    OwnerStreams.Limits limits = new OwnerStreams.Limits(limit, ANSWER_LIMIT, MAX_WISHES);
    this.owners =
        new OwnerStreams<>(table, channels, ReserveProtocol::new, limits, timer, nanos, interval);
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
}
