package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.FanOutStore;
import dev.carillon.message.conversation.Head;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the conversations of a slot whose fan-out was left undone: by the home before, or by this
/// one when there was no room for them.
final class PendingScan implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PendingScan.class);
  private static final int PAGE = 200;

  private final FanOutStore store;
  private final Consumer<Lane> found;
  private final FanOutMetrics metrics;
  private final Workers workers = new Workers();
  private final BlockingQueue<Attempt> queue = new LinkedBlockingQueue<>();

  private record Attempt(Tenure tenure, int number) {}

  /// Passes each lane that has something to redo to `found`.
  PendingScan(FanOutStore store, Consumer<Lane> found, FanOutMetrics metrics) {
    this.store = store;
    this.found = found;
    this.metrics = metrics;
  }

  void start() {
    workers.start("fanout-scan", this::scanNext);
  }

  /// Queues a slot, unless it is queued already or nothing of it was left undone.
  void startFor(Tenure tenure) {
    if (tenure.claimScan()) {
      queue.add(new Attempt(tenure, 1));
    }
  }

  private void scanNext() throws InterruptedException {
    Attempt attempt = queue.take();
    Tenure tenure = attempt.tenure();
    if (tenure.ended()) {
      return;
    }
    try {
      if (scan(tenure)) {
        return;
      }
    } catch (RuntimeException e) {
      metrics.storeFailures.increment();
      log.warn("looking for undone fan-out of slot {} failed, trying again", tenure.slot(), e);
    }
    Attempt next = new Attempt(tenure, attempt.number() + 1);
    workers.later(() -> queue.add(next), next.number());
  }

  /// Says whether every conversation left undone has a lane now.
  private boolean scan(Tenure tenure) {
    int overflows = tenure.overflows();
    Optional<ConversationId> after = Optional.empty();
    while (true) {
      List<Head> page = store.pending(tenure.slot(), after, PAGE);
      for (Head head : page) {
        if (!redo(tenure, head.id())) {
          return tenure.ended();
        }
      }
      if (page.size() < PAGE) {
        return tenure.scanned(overflows) || tenure.ended();
      }
      after = Optional.of(page.getLast().id());
    }
  }

  private boolean redo(Tenure tenure, ConversationId conversation) {
    Optional<Lane> lane = tenure.undone(conversation);
    lane.filter(Lane::claimDelivery)
        .ifPresent(undone -> {
          metrics.redone.increment();
          found.accept(undone);
        });
    return lane.isPresent();
  }

  @Override
  public void close() {
    workers.close();
  }
}
