package dev.carillon.runtime.stream;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.OwnerLookup;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.stream.InstanceStream.Exchange;
import dev.carillon.runtime.stream.OwnerItem.Outbox;
import dev.carillon.runtime.stream.OwnerItem.SlotQueue;
import dev.carillon.runtime.stream.OwnerProtocol.Answers;
import dev.carillon.runtime.stream.OwnerProtocol.Items;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests to the owners of their slots, over one stream to each owner, and returns the
/// answers.
///
/// An item leaves at once while all goes well. One that comes back, because the slot moved or the
/// owner refused it for now, stops its slot: later items wait behind it until nothing of the slot
/// is in flight any more or the slot has a new owner; then all go out in the order in which they
/// came. So an item is never overtaken by a later one of its slot, and all that is in flight of a
/// slot is at one stream. What goes out a second time is marked as a resend. Every item gets one
/// answer: its owner's, or `TIMEOUT`, or `OVERLOADED` when too many are without an answer.
///
/// All state belongs to one [SynchronizationContext]; the protocol and the replies are called in
/// it.
///
/// @param <T> a request
/// @param <A> its answer
public final class OwnerStreams<T, A> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerStreams.class);
  private static final Duration RETRY_DELAY = Duration.ofMillis(50);
  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

  private static final Refusal STOPPING =
      refusal(RuntimeReason.SHUTTING_DOWN.name(), "this instance stops");

  private final SynchronizationContext context = InstanceStream.newContext();
  private final OwnerLookup owners;
  private final Function<String, Channel> channels;
  private final Supplier<? extends OwnerProtocol<T, A, ?, ?>> protocols;
  private final Limits limits;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final BatchInterval interval;
  private final AutoCloseable moves;
  private final Future<?> sweeps;

  /// The slots for which something came so far.
  private final Map<Integer, SlotQueue<T, A>> slots = new HashMap<>();

  private final Map<String, Owner<?, ?>> streams = new HashMap<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicLong resent = new AtomicLong();
  private boolean retryScheduled;
  private long lastId;
  private boolean closed;

  /// How long and how much is waited for.
  ///
  /// @param timeout from an item's coming to its answer, at most
  /// @param answer from an item's sending to its answer; a stream that owes one longer is given up,
  ///   for the process behind it may be stopped though its connection stands
  /// @param items how many may be without an answer
  public record Limits(Duration timeout, Duration answer, int items) {}

  /// Follows the owners of slots until closed.
  ///
  /// @param channels the channel to an address, with the callbacks of its calls on an event loop
  /// @param protocols makes the protocol of a new stream
  /// @param timer an event loop
  /// @param nanos a monotonic clock in nanoseconds
  /// @param interval how long a busy stream pauses between frames
  public OwnerStreams(
      OwnerLookup owners,
      Function<String, Channel> channels,
      Supplier<? extends OwnerProtocol<T, A, ?, ?>> protocols,
      Limits limits,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      BatchInterval interval) {
    this.owners = owners;
    this.channels = channels;
    this.protocols = protocols;
    this.limits = limits;
    this.timer = timer;
    this.nanos = nanos;
    this.interval = interval;
    this.moves = owners.onMove(timer, (slot, owner) -> context.execute(() -> moved(slot)));
    this.sweeps =
        timer.scheduleWithFixedDelay(
            () -> context.execute(this::sweep),
            SWEEP_INTERVAL.toMillis(),
            SWEEP_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /// Sends items after all that came before on this thread. Any thread; never blocks.
  public void send(List<OwnerItem<T, A>> added) {
    context.execute(() -> added.forEach(this::add));
  }

  /// Items without an answer; for metrics.
  public int pending() {
    return pending.get();
  }

  /// Items that had to be sent again so far; for metrics.
  public long resent() {
    return resent.get();
  }

  private void add(OwnerItem<T, A> item) {
    if (closed) {
      item.reply.refused(STOPPING);
      return;
    }
    if (pending.get() >= limits.items()) {
      String text = "requests without an answer: " + limits.items() + " (expected: fewer)";
      item.reply.refused(refusal(RuntimeReason.OVERLOADED.name(), text));
      return;
    }
    item.id = ++lastId;
    item.since = nanos.getAsLong();

    SlotQueue<T, A> queue = queueOf(item);
    boolean waits = queue.isStopped();
    // First of all: whatever fails from here on, the sweep finds the item and answers it.
    queue.add(item);
    pending.incrementAndGet();
    Owner<?, ?> owner = waits ? null : ownerOf(item.slot);
    if (owner != null && queue.flowsTo(owner.outbox)) {
      queue.give(item, owner.outbox);
      owner.calls.wake();
    } else {
      retryLater();
    }
  }

  private SlotQueue<T, A> queueOf(OwnerItem<T, A> item) {
    return slots.computeIfAbsent(item.slot, slot -> new SlotQueue<>());
  }

  private @Nullable Owner<?, ?> ownerOf(int slot) {
    OwnerLocation owner = owners.ownerOf(slot).orElse(null);
    if (owner == null || closed) {
      return null;
    }
    return streams.computeIfAbsent(
        owner.address(), address -> new Owner<>(address, protocols.get()));
  }

  /// The item has its answer.
  private void done(OwnerItem<T, A> item) {
    queueOf(item).remove(item);
    pending.decrementAndGet();
  }

  private void moved(int slot) {
    // Not only for items that wait: later ones should not find a back-off from before the move.
    owners
        .ownerOf(slot)
        .map(owner -> streams.get(owner.address()))
        .ifPresent(owner -> owner.calls.endBackOff());
    resume(slot);
  }

  private void resume(int slot) {
    SlotQueue<T, A> queue = slots.get(slot);
    if (queue == null || queue.first() == null) {
      return;
    }
    Owner<?, ?> owner = ownerOf(slot);
    if (owner != null) {
      queue.resume(owner.outbox);
      owner.calls.wake();
    }
    if (queue.isStopped()) {
      retryLater();
    }
  }

  private void retryLater() {
    if (!retryScheduled && !closed) {
      retryScheduled = true;
      context.schedule(this::retry, RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS, timer);
    }
  }

  private void retry() {
    retryScheduled = false;
    slots.forEach((slot, queue) -> {
      if (queue.isStopped()) {
        resume(slot);
      }
    });
  }

  /// Refuses what is late, gives up streams that owe answers, and lets go of those not in use.
  void sweep() {
    long now = nanos.getAsLong();
    long late = now - limits.timeout().toNanos();
    refuse(item -> item.since - late <= 0, this::late);
    for (Owner<?, ?> owner : streams.values()) {
      if (owner.outbox.owes(now - limits.answer().toNanos())) {
        owner.calls.giveUp("no answer within " + limits.answer());
      }
    }
    streams.values().removeIf(Owner::isUnused);
  }

  /// Refuses the oldest items of each slot, as far as they are `due`.
  private void refuse(Predicate<OwnerItem<T, A>> due, Function<OwnerItem<T, A>, Refusal> why) {
    for (SlotQueue<T, A> queue : slots.values()) {
      OwnerItem<T, A> item = queue.first();
      while (item != null && due.test(item)) {
        done(item);
        item.reply.refused(why.apply(item));
        item = queue.first();
      }
    }
  }

  private Refusal late(OwnerItem<T, A> item) {
    return refusal(
        "TIMEOUT",
        "no owner of slot %d answered within %d ms (last refusal: %s)"
            .formatted(item.slot, limits.timeout().toMillis(), item.lastRefusal));
  }

  private static Refusal refusal(String reason, String message) {
    return Refusal.newBuilder().setReason(reason).setMessage(message).setRetryable(true).build();
  }

  /// Ends the streams; what has no answer is refused.
  @Override
  public void close() throws Exception {
    moves.close();
    sweeps.cancel(false);
    context.execute(() -> {
      closed = true;
      streams.values().forEach(owner -> owner.calls.close());
      refuse(item -> true, item -> STOPPING);
    });
  }

  /// One owner and the stream to it. When its call breaks, all that has no answer goes out again,
  /// in order, over the next one, unless its slot moves meanwhile.
  private final class Owner<Q, R> implements Exchange<Q, R>, Items<T, A>, Answers<T, A> {
    private final String address;
    private final OwnerProtocol<T, A, Q, R> protocol;
    private final Outbox<T, A> outbox = new Outbox<>();
    private final InstanceStream<Q, R> calls =
        new InstanceStream<>(context, timer, nanos, interval, this);

    Owner(String address, OwnerProtocol<T, A, Q, R> protocol) {
      this.address = address;
      this.protocol = protocol;
    }

    /// Whether it may be let go of: another one is made when it is needed.
    boolean isUnused() {
      return !calls.isOpen() && !hasNext();
    }

    @Override
    public StreamObserver<Q> open(StreamObserver<R> responses) {
      return protocol.open(channels.apply(address), responses);
    }

    @Override
    public boolean hasNext() {
      return outbox.first() != null;
    }

    @Override
    public @Nullable Q next() {
      return protocol.encode(this);
    }

    @Override
    public @Nullable OwnerItem<T, A> take() {
      OwnerItem<T, A> item = outbox.first();
      while (item != null && queueOf(item).isStopped()) {
        // An earlier one has come back meanwhile.
        queueOf(item).stop(item);
        item = outbox.first();
      }
      if (item != null) {
        outbox.sent(item, nanos.getAsLong());
      }
      return item;
    }

    @Override
    public void received(R response) {
      protocol.decode(response, this);
    }

    @Override
    public void broken(Status why) {
      LOG.debug("the stream to {} broke: {}", address, why);
      resent.addAndGet(outbox.sendAgain());
    }

    @Override
    public @Nullable OwnerItem<T, A> item(long id) {
      return outbox.item(id);
    }

    @Override
    public void answered(OwnerItem<T, A> item, A answer) {
      if (item.at == outbox) {
        done(item);
        item.reply.answered(answer);
      }
    }

    @Override
    public void refused(OwnerItem<T, A> item, Refusal refusal) {
      if (item.at == outbox) {
        done(item);
        item.reply.refused(refusal);
      }
    }

    @Override
    public void again(OwnerItem<T, A> item, Refusal refusal) {
      if (item.at != outbox) {
        return;
      }
      resent.incrementAndGet();
      queueOf(item).stop(item);
      retryLater();
      item.lastRefusal = refusal.getReason();
      SlotMoved.of(Refusals.ofFrame(refusal)).ifPresent(owners::learn);
    }
  }
}
