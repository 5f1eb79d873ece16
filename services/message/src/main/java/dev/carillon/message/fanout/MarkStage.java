package dev.carillon.message.fanout;

import dev.carillon.message.store.FanOutMark;
import dev.carillon.message.store.FanOutStore;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.SlotRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Gatherers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves the marks of one shard in the store behind the fan-out, lazily and in batches.
///
/// A mark that comes late costs a redo after a crash and nothing else, so a conversation is marked
/// when it has been quiet for a while, or when its slot is being handed over, or every few seconds
/// when it is never quiet. Nothing runs while no conversation is in fan-out.
final class MarkStage {
  private static final Logger LOG = LoggerFactory.getLogger(MarkStage.class);
  private static final Next LATER = new Next.Within(Duration.ofMillis(200));
  private static final Next SOON = new Next.Within(Duration.ofMillis(10));
  private static final int BATCH = 200;

  private final SlotRange slots;
  private final FanOutStore store;
  private final FanOutConfig config;
  private final SlotOwnership.Table ownerships;
  private final FanOutMemory memory;
  private final LongSupplier nanos;
  private final FanOutMetrics metrics;
  private final BatchLoop<SlotOwnership> loop;
  private volatile boolean idle = true;

  private record Due(SlotOwnership ownership, ConversationFanOut conversation, long seq) {}

  MarkStage(
      SlotRange slots,
      FanOutStore store,
      FanOutConfig config,
      SlotOwnership.Table ownerships,
      FanOutMemory memory,
      LongSupplier nanos,
      FanOutMetrics metrics) {
    this.slots = slots;
    this.store = store;
    this.config = config;
    this.ownerships = ownerships;
    this.memory = memory;
    this.nanos = nanos;
    this.metrics = metrics;
    this.loop = new BatchLoop<SlotOwnership>("fanout-marks", nanos, none -> run());
  }

  BatchLoop<?> loop() {
    return loop;
  }

  /// A conversation is in fan-out and will have to be marked.
  void begin() {
    if (idle) {
      loop.wake();
    }
  }

  private Next run() {
    idle = false;
    List<SlotOwnership> all = ownerships.in(slots);
    List<Due> due = due(all);
    due.stream().gather(Gatherers.windowFixed(BATCH)).forEach(this::mark);
    if (memory.conversations() == 0) {
      // First this and then another look: one that comes in between sees that it has to wake.
      idle = true;
      if (memory.conversations() == 0) {
        return Next.WHEN_QUEUED;
      }
      idle = false;
    }
    return all.stream().anyMatch(SlotOwnership::releasing) ? SOON : LATER;
  }

  private List<Due> due(List<SlotOwnership> all) {
    long now = nanos.getAsLong();
    List<Due> due = new ArrayList<>();
    for (SlotOwnership ownership : all) {
      for (ConversationFanOut conversation : ownership.conversations()) {
        conversation
            .markable(now, config)
            .ifPresent(seq -> due.add(new Due(ownership, conversation, seq)));
      }
    }
    return due;
  }

  private void mark(List<Due> due) {
    try {
      store.mark(
          due.stream()
              .map(each -> new FanOutMark(each.conversation().conversation(), each.seq()))
              .toList());
    } catch (RuntimeException | Error e) {
      metrics.storeFailures.increment();
      if (e instanceof Refusal refusal && refusal.retryable()) {
        LOG.warn("marking {} conversations failed, trying again: {}", due.size(), e.getMessage());
      } else {
        LOG.error("marking {} conversations failed, trying again", due.size(), e);
      }
      return;
    }
    long now = nanos.getAsLong();
    due.forEach(each -> each.ownership().marked(each.conversation(), each.seq(), now));
  }
}
