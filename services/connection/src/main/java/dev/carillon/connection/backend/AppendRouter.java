package dev.carillon.connection.backend;

import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Brings messages to the owners of their conversations and their answers back.
///
/// Every slot has a lane that keeps order, every owner one stream. An item whose attempt says
/// nothing final (the slot moved, the instance is going or gone) is sent again, marked as a resend,
/// until its deadline; then it is refused with `TIMEOUT`.
final class AppendRouter implements AppendStream.Listener, AutoCloseable {
  private static final Duration RETRY_DELAY = Duration.ofMillis(50);
  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);
  private static final Set<String> NOT_FINAL =
      Set.of(
          SlotReason.SLOT_MOVED.name(),
          RuntimeReason.SHUTTING_DOWN.name(),
          RuntimeReason.PEER_UNAVAILABLE.name());

  private final SlotTable table;
  private final Function<String, Channel> channels;
  private final Supplier<? extends ScheduledExecutorService> loops;
  private final ScheduledExecutorService timer;
  private final Duration timeout;
  private final Duration interval;
  private final int limit;
  private final FailPoints failPoints;
  private final List<SlotLane> lanes =
      IntStream.range(0, Slots.COUNT).mapToObj(slot -> new SlotLane()).toList();
  private final Map<String, AppendStream> streams = new ConcurrentHashMap<>();
  private final Queue<PendingAppend> byDeadline = new ConcurrentLinkedQueue<>();
  private final AtomicLong itemIds = new AtomicLong();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicLong resent = new AtomicLong();
  private final AutoCloseable moves;
  private volatile boolean closed;

  /// @param channels the channel to an address, with the callbacks of its calls on an event loop
  /// @param loops the next of the event loops among which timers and streams are spread
  /// @param timeout how long an item may take, from its call to its answer
  /// @param interval from one request to an owner to the next, at least
  /// @param limit how many items may be without an answer
  /// @param failPoints where it may be made to crash
  AppendRouter(
      SlotTable table,
      Function<String, Channel> channels,
      Supplier<? extends ScheduledExecutorService> loops,
      Duration timeout,
      Duration interval,
      int limit,
      FailPoints failPoints) {
    this.table = table;
    this.channels = channels;
    this.loops = loops;
    this.timer = loops.get();
    this.timeout = timeout;
    this.interval = interval;
    this.limit = limit;
    this.failPoints = failPoints;
    this.moves = table.onMove((slot, owner) -> resume(slot));
    timer.scheduleWithFixedDelay(
        this::expire, SWEEP_INTERVAL.toMillis(), SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  void append(AppendItem item, Answer<Appended> answer) {
    if (pending.incrementAndGet() > limit) {
      pending.decrementAndGet();
      answer.refused(
          refusal(
              RuntimeReason.OVERLOADED.name(),
              "messages without an answer: " + limit + " (expected: fewer)"));
      return;
    }
    PendingAppend added =
        new PendingAppend(
            itemIds.incrementAndGet(), item, System.nanoTime() + timeout.toNanos(), answer);
    byDeadline.add(added);
    if (lanes.get(added.slot).add(added, this::streamOf)) {
      resumeLater(added.slot);
    }
  }

  /// Items without an answer; for metrics.
  int pending() {
    return pending.get();
  }

  /// Items that are held in memory, with an answer or without; for metrics.
  int held() {
    return byDeadline.size() + streams.values().stream().mapToInt(AppendStream::queued).sum();
  }

  /// Attempts that said nothing final, so far; for metrics.
  long resent() {
    return resent.get();
  }

  @Override
  public void result(PendingAppend item, AppendResult result) {
    switch (result.getOutcomeCase()) {
      case APPENDED -> {
        settle(item, item.answer(result.getAppended()));
      }
      case REFUSAL -> refused(item, result.getRefusal());
      case OUTCOME_NOT_SET -> comeBack(item);
    }
  }

  private void refused(PendingAppend item, Refusal refusal) {
    if (NOT_FINAL.contains(refusal.getReason())) {
      comeBack(item);
      SlotMoved.of(Refusals.ofFrame(refusal)).ifPresent(table::learn);
    } else {
      settle(item, item.refuse(refusal));
    }
  }

  @Override
  public void broken(AppendStream stream, List<PendingAppend> unanswered) {
    // Lanes stop first: on a new stream later items would overtake those that come back.
    unanswered.forEach(this::comeBack);
    streams.remove(stream.address(), stream);
  }

  private void comeBack(PendingAppend item) {
    resent.incrementAndGet();
    if (item.isAnswered()) {
      settle(item, false);
    } else if (lanes.get(item.slot).cameBack(item)) {
      resumeLater(item.slot);
    }
  }

  private void settle(PendingAppend item, boolean firstAnswer) {
    if (firstAnswer) {
      pending.decrementAndGet();
    }
    if (lanes.get(item.slot).done(item)) {
      resumeLater(item.slot);
    }
  }

  /// One call at a time for each lane, however many items wait in it.
  private void resumeLater(int slot) {
    if (lanes.get(slot).takeResume()) {
      timer.schedule(
          () -> {
            lanes.get(slot).giveResume();
            resume(slot);
          },
          RETRY_DELAY.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private void resume(int slot) {
    if (!closed && lanes.get(slot).resume(streamOf(slot))) {
      resumeLater(slot);
    }
  }

  private @Nullable AppendStream streamOf(int slot) {
    OwnerLocation owner = table.ownerOf(slot).orElse(null);
    if (owner == null || closed) {
      return null;
    }
    return streams.computeIfAbsent(
        owner.address(),
        address ->
            AppendStream.open(
                address, channels.apply(address), loops.get(), interval, this, failPoints));
  }

  /// Refuses what is late, and lets go of what has its answer: one item that waits must not keep
  /// those behind it in memory, nor a stream that does not move what was in it.
  private void expire() {
    long now = System.nanoTime();
    byDeadline.removeIf(PendingAppend::isAnswered);
    streams.values().forEach(AppendStream::letGo);

    for (PendingAppend oldest = byDeadline.peek();
        oldest != null && now - oldest.deadlineNanos >= 0;
        oldest = byDeadline.peek()) {
      byDeadline.poll();
      if (!oldest.isAnswered()) {
        Refusal late = refusal("TIMEOUT", "no owner answered within " + timeout.toMillis() + " ms");
        settle(oldest, oldest.refuse(late));
      }
    }
  }

  private static Refusal refusal(String reason, String message) {
    return Refusal.newBuilder().setReason(reason).setMessage(message).setRetryable(true).build();
  }

  @Override
  public void close() throws Exception {
    closed = true;
    moves.close();
    streams.values().forEach(AppendStream::close);
  }
}
