package dev.carillon.message.numbers;

import com.google.protobuf.ByteString;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.SequenceClient;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reserves numbers at the owners of their conversations' slots, over one stream to each.
///
/// Whatever is not answered, because a slot moved, an owner died or an answer is late, is asked
/// again until the limit; numbers granted to a lost answer are skipped. All state belongs to one
/// thread, which never waits.
public final class GrpcSequenceClient implements SequenceClient, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcSequenceClient.class);
  private static final Duration RETRY = Duration.ofMillis(20);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
  private static final int MAX_BATCH = 1_000;

  private final SlotTable table;
  private final Function<String, Channel> channels;
  private final Duration limit;
  private final LongSupplier nanos;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("carillon-message-numbers").daemon().factory());

  private final Map<String, GrpcReserveStream> streams = new HashMap<>();
  private final List<Ask> waiting = new ArrayList<>();
  private boolean retryScheduled;

  /// @param table tells where a key's owner is
  /// @param channels a channel to an address, whose callbacks may run anywhere
  /// @param limit how long a wish is pursued
  public GrpcSequenceClient(
      SlotTable table, Function<String, Channel> channels, Duration limit, LongSupplier nanos) {
    this.table = table;
    this.channels = channels;
    this.limit = limit;
    this.nanos = nanos;
    thread.scheduleWithFixedDelay(
        this::sweep, ANSWER_LIMIT.toMillis(), ANSWER_LIMIT.toMillis() / 4, TimeUnit.MILLISECONDS);
  }

  @Override
  public void reserve(List<Wish> wishes, Grants grants) {
    long deadline = nanos.getAsLong() + limit.toNanos();
    List<Ask> asks = wishes.stream().map(wish -> new Ask(wish, grants, deadline)).toList();
    run(() -> send(asks), asks);
  }

  /// Stops; whatever is not answered fails.
  @Override
  public void close() {
    try {
      thread.execute(() -> {
        streams.values().forEach(GrpcReserveStream::cancel);
        streams.clear();
        waiting.forEach(ask -> ask.fail("this instance stops"));
        waiting.clear();
      });
    } catch (RejectedExecutionException alreadyClosed) {
      return;
    }
    thread.shutdown();
  }

  private void run(Runnable step, List<Ask> asks) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException closed) {
      asks.forEach(ask -> ask.fail("this instance stops"));
    }
  }

  private void send(List<Ask> asks) {
    Map<OwnerLocation, List<Ask>> byOwner = new HashMap<>();
    for (Ask ask : asks) {
      Optional<OwnerLocation> owner = table.ownerOf(ask.slot);
      if (owner.isPresent()) {
        byOwner.computeIfAbsent(owner.get(), absent -> new ArrayList<>()).add(ask);
      } else {
        again(ask, "nobody owns slot " + ask.slot + " of sequence");
      }
    }
    Map<String, List<Ask>> byAddress = new HashMap<>();
    byOwner.forEach((owner, mine) ->
        byAddress.computeIfAbsent(owner.address(), absent -> new ArrayList<>()).addAll(mine));
    byAddress.forEach(this::send);
  }

  private void send(String address, List<Ask> asks) {
    for (int from = 0; from < asks.size(); from += MAX_BATCH) {
      List<Ask> batch = List.copyOf(asks.subList(from, Math.min(asks.size(), from + MAX_BATCH)));
      try {
        streams.computeIfAbsent(address, this::open).send(batch, nanos.getAsLong());
      } catch (IllegalStateException channelsClosed) {
        batch.forEach(ask -> again(ask, "no channel to " + address));
      }
    }
  }

  private GrpcReserveStream open(String address) {
    return new GrpcReserveStream(
        channels.apply(address),
        new GrpcReserveStream.Listener() {
          @Override
          public void onAnswer(List<Ask> asks, List<Grant> grants) {
            run(() -> take(asks, grants), asks);
          }

          @Override
          public void onEnd(GrpcReserveStream ended, List<Ask> unanswered, String why) {
            run(() -> ended(address, ended, unanswered, why), unanswered);
          }
        });
  }

  private void take(List<Ask> asks, List<Grant> grants) {
    for (int i = 0; i < asks.size(); i++) {
      take(asks.get(i), i < grants.size() ? grants.get(i) : Grant.getDefaultInstance());
    }
  }

  private void take(Ask ask, Grant grant) {
    switch (grant.getOutcomeCase()) {
      case BLOCK -> {
        long first = grant.getBlock().getFirst();
        long last = grant.getBlock().getLast();
        ask.grants.granted(ask.wish.conversation(), first, last);
      }
      case REFUSAL -> {
        SlotMoved.of(Refusals.ofFrame(grant.getRefusal())).ifPresent(table::learn);
        again(ask, grant.getRefusal().getReason());
      }
      case OUTCOME_NOT_SET -> again(ask, "an empty answer");
    }
  }

  private void ended(String address, GrpcReserveStream ended, List<Ask> unanswered, String why) {
    if (streams.remove(address, ended) && !unanswered.isEmpty()) {
      LOG.debug("the stream to sequence at {} ended: {}", address, why);
    }
    unanswered.forEach(ask -> again(ask, why));
  }

  private void again(Ask ask, String why) {
    if (nanos.getAsLong() - ask.deadline >= 0) {
      ask.fail("sequence: " + why);
      return;
    }
    waiting.add(ask);
    if (!retryScheduled) {
      retryScheduled = true;
      thread.schedule(this::retry, RETRY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void retry() {
    retryScheduled = false;
    List<Ask> asks = List.copyOf(waiting);
    waiting.clear();
    send(asks);
  }

  /// Gives up streams whose answers are late: the process behind may be stopped though its
  /// connection stands.
  private void sweep() {
    long late = nanos.getAsLong() - ANSWER_LIMIT.toNanos();
    Iterator<GrpcReserveStream> all = streams.values().iterator();
    while (all.hasNext()) {
      GrpcReserveStream stream = all.next();
      if (stream.waitsSince(late)) {
        all.remove();
        stream.cancel();
      }
    }
  }

  /// One wish on its way.
  static final class Ask {
    private final Wish wish;
    private final Grants grants;
    private final int slot;
    private final long deadline;

    Ask(Wish wish, Grants grants, long deadline) {
      this.wish = wish;
      this.grants = grants;
      this.slot = Slots.of(wish.conversation().bytes());
      this.deadline = deadline;
    }

    Reservation toReservation() {
      return Reservation.newBuilder()
          .setKey(ByteString.copyFrom(wish.conversation().bytes()))
          .setMinCount(wish.minCount())
          .setFloor(wish.floor())
          .build();
    }

    private void fail(String why) {
      ConversationId conversation = wish.conversation();
      grants.failed(conversation, why);
    }
  }
}
