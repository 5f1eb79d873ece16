package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.FanOutStore;
import dev.carillon.message.conversation.Head;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the conversations of a slot whose fan-out was left undone: by the owner before, or by this
/// one when there was no room for them.
final class PendingScan implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PendingScan.class);
  private static final int PAGE = 200;
  private static final Duration TICK = Duration.ofMillis(200);

  private final FanOutStore store;
  private final Duration interval;
  private final Supplier<List<Tenure>> tenures;
  private final Consumer<Lane> found;
  private final FanOutMetrics metrics;
  private final Workers workers = new Workers();
  private final BlockingQueue<Attempt> queue = new LinkedBlockingQueue<>();

  private record Attempt(Tenure tenure, int number) {}

  /// Passes each lane that has something to redo to `found`.
  ///
  /// @param tenures the slots of now, which are searched again every `interval`
  PendingScan(
      FanOutStore store,
      Duration interval,
      Supplier<List<Tenure>> tenures,
      Consumer<Lane> found,
      FanOutMetrics metrics) {
    this.store = store;
    this.interval = interval;
    this.tenures = tenures;
    this.found = found;
    this.metrics = metrics;
  }

  void start() {
    workers.start("fanout-scan", this::scanNext);
  }

  /// Queues a slot, unless it is queued already.
  void startFor(Tenure tenure) {
    if (tenure.claimScan()) {
      queue.add(new Attempt(tenure, 1));
    }
  }

  private void scanNext() throws InterruptedException {
    Attempt attempt = queue.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
    if (attempt == null) {
      rescan();
    } else {
      scan(attempt);
    }
  }

  /// Only while nothing else waits: slots just claimed come first.
  private void rescan() {
    long now = System.nanoTime();
    for (Tenure tenure : tenures.get()) {
      if (tenure.scannedBefore(now, interval.toNanos())) {
        startFor(tenure);
      }
    }
  }

  private void scan(Attempt attempt) {
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
