package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.store.FanOutStore;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the conversations of a shard's slots whose fan-out was left undone: by an earlier owner,
/// or by this one when there was no room for them.
final class PendingScan {
  private static final Logger LOG = LoggerFactory.getLogger(PendingScan.class);
  private static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final int PAGE = 200;

  private final FanOutStore store;
  private final Duration interval;
  private final Consumer<ConversationFanOut> found;
  private final LongSupplier nanos;
  private final FanOutMetrics metrics;
  private final BatchLoop<SlotOwnership> loop;
  private final DueQueue<SlotOwnership> waiting = new DueQueue<>();

  /// Passes each conversation that has something to redo to `found`; slots are scanned again every
  /// `interval` while they are owned.
  PendingScan(
      FanOutStore store,
      Duration interval,
      Consumer<ConversationFanOut> found,
      LongSupplier nanos,
      FanOutMetrics metrics) {
    this.store = store;
    this.interval = interval;
    this.found = found;
    this.nanos = nanos;
    this.metrics = metrics;
    // One at a time: a slot that was just claimed goes before those that are scanned again.
    this.loop = new BatchLoop<SlotOwnership>("fanout-scan", nanos, this::run).batchLimit(1);
  }

  BatchLoop<?> loop() {
    return loop;
  }

  /// Queues a slot, unless it is queued already.
  void startFor(SlotOwnership ownership) {
    if (ownership.claimScan()) {
      loop.offer(ownership);
    }
  }

  /// Queues a slot whose scan was another's before.
  void startAnew(SlotOwnership ownership) {
    loop.offer(ownership);
  }

  private Next run(List<SlotOwnership> claimed) {
    // One that is due only when none was claimed: after a take-over a thousand are due together.
    List<SlotOwnership> now = claimed.isEmpty() ? waiting.takeDue(nanos.getAsLong(), 1) : claimed;
    now.stream().filter(SlotOwnership::resumeScan).forEach(this::scan);
    return waiting.next(nanos.getAsLong());
  }

  private void scan(SlotOwnership ownership) {
    int overflows = ownership.overflows();
    boolean complete = false;
    try {
      complete = redoAll(ownership);
    } catch (RuntimeException | Error e) {
      metrics.storeFailures.increment();
      LOG.warn("scanning slot {} for undone fan-out failed, retrying", ownership.slot(), e);
    }
    Duration pause = ownership.scanned(complete, overflows) ? interval : RETRY_DELAY;
    waiting.remove(ownership);
    waiting.add(ownership, nanos.getAsLong() + pause.toNanos());
  }

  /// Whether every conversation left undone is in fan-out now.
  private boolean redoAll(SlotOwnership ownership) {
    Optional<ConversationId> after = Optional.empty();
    while (true) {
      List<Head> page = store.pending(ownership.slot(), after, PAGE);
      for (Head head : page) {
        if (!redo(ownership, head.id())) {
          return false;
        }
      }
      if (page.size() < PAGE) {
        return true;
      }
      after = Optional.of(page.getLast().id());
    }
  }

  private boolean redo(SlotOwnership ownership, ConversationId id) {
    Optional<ConversationFanOut> conversation = ownership.undone(id, nanos.getAsLong());
    conversation
        .filter(ConversationFanOut::claimDelivery)
        .ifPresent(undone -> {
          metrics.redone.increment();
          found.accept(undone);
        });
    return conversation.isPresent();
  }
}
